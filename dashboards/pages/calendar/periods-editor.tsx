import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Input } from 'antd';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import { DateInput } from '../../forms/date-input.tsx';

interface Period {
  from: string;
  to: string;
}

/** What is written between from and to: `08:30`, `2026-09-01`, `10-15`. */
type PeriodOf = 'time' | 'date' | 'month-day';

const EXAMPLES = { time: '08:30', 'month-day': '10-15' };

/** Periods by their two ends, added and taken out; a field of a form. */
export function PeriodsEditor(props: {
  id?: string;
  value?: Period[];
  onChange?: (periods: Period[]) => void;
  of: PeriodOf;
  most: number;
}): JSX.Element {
  const { t } = useTranslation();
  const { of, most } = props;
  const periods = props.value ?? [];
  const end = (at: number, name: keyof Period): JSX.Element => {
    const label = t(`calendar.${name}`);
    const value = periods[at]?.[name];
    const change = (text: string): void =>
      props.onChange?.(periods.map((one, index) => (index === at ? { ...one, [name]: text } : one)));
    if (of === 'date') return <DateInput label={label} value={value} onChange={(text) => change(text ?? '')} />;
    return (
      <Input
        aria-label={label}
        placeholder={EXAMPLES[of]}
        value={value}
        onChange={({ target }) => change(target.value)}
      />
    );
  };
  return (
    <div id={props.id} className="periods" role="group">
      {periods.map((_, index) => (
        // Periods have no names: their place is what tells them apart.
        // oxlint-disable-next-line react/no-array-index-key
        <div key={index} className="period">
          {end(index, 'from')}
          <span aria-hidden="true">–</span>
          {end(index, 'to')}
          {most > 1 && (
            <Button
              icon={<DeleteOutlined />}
              aria-label={t('calendar.dropPeriod', { number: index + 1 })}
              onClick={() => props.onChange?.(periods.filter((__, other) => other !== index))}
            />
          )}
        </div>
      ))}
      {periods.length < most && most > 1 && (
        <Button
          size="small"
          icon={<PlusOutlined />}
          onClick={() => props.onChange?.([...periods, { from: '', to: '' }])}
        >
          {t('calendar.addPeriod')}
        </Button>
      )}
    </div>
  );
}
