import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input, Select } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { useLabels } from '../../i18n/use-labels.ts';
import { minuteOf } from './minute-of.ts';
import { USUAL_SCHEDULE } from './tariff-values.ts';
import type { Schedule } from './tariff-values.ts';

type Window = Schedule['windows'][number];

/** The days of a time-of-use tariff: months, kind of day, and the times of each period. A field of a form. */
export function SchedulesEditor(props: {
  id?: string;
  value?: Schedule[];
  onChange?: (schedules: Schedule[]) => void;
}): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const schedules = props.value ?? [];
  const change = (at: number, part: Partial<Schedule>): void =>
    props.onChange?.(schedules.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <div id={props.id} role="group" aria-label={t('tariff.schedules')} className="schedules-editor">
      {schedules.map((schedule, index) => (
        // Schedules are told apart by their place alone.
        // oxlint-disable-next-line react/no-array-index-key
        <fieldset key={index} className="schedule">
          <legend>{t('tariff.schedule', { number: index + 1 })}</legend>
          <div className="schedule-head">
            <Select<number[]>
              mode="multiple"
              aria-label={t('tariff.scheduleMonths')}
              placeholder={t('tariff.allYear')}
              value={schedule.months ?? []}
              options={Array.from({ length: 12 }, (_, month) => ({
                value: month + 1,
                label: t('common.month', { month: month + 1 }),
              }))}
              onChange={(months) =>
                change(index, { months: months.length === 0 ? undefined : months.toSorted((a, b) => a - b) })
              }
            />
            <Select
              aria-label={t('tariff.scheduleDays')}
              value={schedule.days}
              options={labels.options('tariffDays')}
              onChange={(days: Schedule['days']) => change(index, { days })}
            />
            <Button
              icon={<DeleteOutlined />}
              aria-label={t('tariff.dropSchedule', { number: index + 1 })}
              disabled={schedules.length === 1}
              onClick={() => props.onChange?.(schedules.filter((_, other) => other !== index))}
            />
          </div>
          <Windows windows={schedule.windows} onChange={(windows) => change(index, { windows })} />
        </fieldset>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        onClick={() => props.onChange?.([...schedules, schedules.at(-1) ?? USUAL_SCHEDULE])}
      >
        {t('tariff.addSchedule')}
      </Button>
    </div>
  );
}

function Windows(props: { windows: Window[]; onChange: (windows: Window[]) => void }): JSX.Element {
  const { t } = useTranslation();
  const labels = useLabels();
  const { windows, onChange } = props;
  const change = (at: number, part: Partial<Window>): void =>
    onChange(windows.map((one, index) => (index === at ? { ...one, ...part } : one)));
  const add = (): void => {
    const last = windows.toSorted((a, b) => minuteOf(a.to) - minuteOf(b.to)).at(-1)?.to ?? '00:00';
    onChange([...windows, { from: last, to: '24:00', period: 'flat' }]);
  };
  return (
    <>
      {windows.map(({ from, to, period }, index) => (
        // Times are told apart by their place alone.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="window-row">
          <Input
            aria-label={t('tariff.from')}
            maxLength={5}
            value={from}
            onChange={({ target }) => change(index, { from: target.value })}
          />
          <span aria-hidden="true">–</span>
          <Input
            aria-label={t('tariff.to')}
            maxLength={5}
            value={to}
            onChange={({ target }) => change(index, { to: target.value })}
          />
          <Select
            aria-label={t('tariff.period')}
            value={period}
            options={labels.options('tariffPeriod')}
            onChange={(next: Window['period']) => change(index, { period: next })}
          />
          <Button
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t('tariff.dropWindow', { number: index + 1 })}
            disabled={windows.length === 1}
            onClick={() => onChange(windows.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <Button size="small" type="text" icon={<PlusOutlined />} onClick={add}>
        {t('tariff.addWindow')}
      </Button>
    </>
  );
}
