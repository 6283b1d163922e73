import { Segmented } from 'antd';
import { useCallback, useMemo, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Step } from '../../../services/api/schemas/common.ts';
import type { Meter } from '../../../services/api/schemas/meter.ts';
import type { MeterUsageItem } from '../../../services/api/schemas/usage.ts';
import { addDays, addMonths, wallTimeOf } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { usePlatformNow, useToday } from '../../api-client/use-health.ts';
import { useMeterUsage } from '../../api-client/use-meters.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { qualityBars } from '../../charts/quality-bars.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import { DayPicker } from '../institution/day-picker.tsx';
import { ProvenanceDrawer } from '../provenance/provenance-drawer.tsx';
import type { OpenedFigure } from '../provenance/opened-figure.ts';
import { hoursAround } from './hours-around.ts';

type Usage = Pick<Meter, 'id' | 'name' | 'medium'>;

/**
 * A meter's usage by its quality, up to a chosen day: a day by quarter hours, a week by hours, 30 days, 13 months. Each
 * bar and each row of the table opens into where it comes from.
 */
export function UsageCard({ meter }: { meter: Usage }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const today = useToday();
  const nowMs = usePlatformNow();
  const [step, setStep] = useState<Step>('1d');
  const [chosen, setChosen] = useState<LocalDate>();
  const [opened, setOpened] = useState<OpenedFigure>();
  const last = chosen ?? today;
  const range = last === undefined ? undefined : rangeOf(step, last);
  const usage = useMeterUsage(meter.id, range);
  const labelOf = useCallback(
    ({ start }: MeterUsageItem): string => {
      const wall = wallTimeOf(start);
      if (step === '1mo') return wall.slice(0, 7);
      return step === '1d' ? wall.slice(0, 10) : wall.slice(5, 16).replace('T', ' ');
    },
    [step],
  );
  // What has not begun is not missing.
  const begun = useMemo(
    () => (usage.data ?? []).filter(({ start }) => nowMs === undefined || Date.parse(start) <= nowMs),
    [usage.data, nowMs],
  );
  const spec = useCallback(
    (items: MeterUsageItem[]): ChartSpec => {
      const running = items.findIndex(({ end }) => nowMs !== undefined && Date.parse(end) > nowMs);
      return qualityBars(
        items,
        labelOf,
        {
          time: t('common.time'),
          value: labels.of('mediumLong', meter.medium),
          quality: t('meter.qualityColumn'),
          changed: t('ledger.changedSince'),
          nameOf: (quality) => labels.of('quality', quality),
        },
        running === -1 ? undefined : running,
        items.map(({ changedAt }) => (changedAt === undefined ? undefined : format.dateTime(changedAt))),
        format,
      );
    },
    [t, format, labels, meter.medium, nowMs, labelOf],
  );
  const open = useCallback(
    (index: number): void => {
      const item = begun[index];
      if (item === undefined) return;
      const { from, to } = hoursAround(item.start, item.end);
      setOpened({
        name: `${meter.name === '' ? meter.id : meter.name} ${labelOf({ ...item, start: from })}`,
        query: { meter: meter.id, from, to },
      });
    },
    [begun, labelOf, meter.id, meter.name],
  );
  return (
    <>
      <ChartCard
        name="meter-usage"
        title={t('meter.usage')}
        className="span-12"
        height={280}
        query={{ ...usage, data: usage.data === undefined ? undefined : begun }}
        spec={spec}
        onPick={open}
        pickLabel={(row) => t('provenance.open', { what: row })}
        note={
          chosen === undefined
            ? t('common.sentences', { first: t('provenance.pickHint'), second: t('chart.runningInterval') })
            : t('provenance.pickHint')
        }
        extra={
          <>
            {last !== undefined && today !== undefined && (
              <DayPicker date={last} today={today} onChange={(date) => setChosen(date === today ? undefined : date)} />
            )}
            <Segmented
              size="small"
              aria-label={t('common.time')}
              value={step}
              onChange={setStep}
              options={(['15m', '1h', '1d', '1mo'] as const).map((value) => ({
                value,
                label: t(`common.time${value}`),
              }))}
            />
          </>
        }
      />
      <ProvenanceDrawer figure={opened} onClose={() => setOpened(undefined)} />
    </>
  );
}

function rangeOf(step: Step, last: LocalDate): { from: LocalDate; to: LocalDate; step: Step } {
  const next = addDays(last, 1);
  if (step === '1mo') return { from: addMonths(last, -12), to: addMonths(last, 1), step };
  const days = step === '15m' ? 1 : step === '1h' ? 7 : 30;
  return { from: addDays(next, -days), to: next, step };
}
