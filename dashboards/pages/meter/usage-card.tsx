import { Segmented } from 'antd';
import { useCallback, useState } from 'react';
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

/** A meter's usage, coloured by its quality: a day by quarter hours, a week by hours, 30 days, 13 months. */
export function UsageCard({ meter }: { meter: Meter }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const today = useToday();
  const nowMs = usePlatformNow();
  const [step, setStep] = useState<Step>('1d');
  const usage = useMeterUsage(meter.id, today === undefined ? undefined : rangeOf(step, today));
  const spec = useCallback(
    (items: MeterUsageItem[]): ChartSpec => {
      // What has not begun is not missing.
      const begun = items.filter(({ start }) => nowMs === undefined || Date.parse(start) <= nowMs);
      const running = begun.findIndex(({ end }) => nowMs !== undefined && Date.parse(end) > nowMs);
      return qualityBars(
        begun,
        ({ start }) => {
          const wall = wallTimeOf(start);
          if (step === '1mo') return wall.slice(0, 7);
          return step === '1d' ? wall.slice(0, 10) : wall.slice(5, 16).replace('T', ' ');
        },
        {
          time: t('common.time'),
          value: labels.of('mediumLong', meter.medium),
          quality: t('meter.qualityColumn'),
          nameOf: (quality) => labels.of('quality', quality),
        },
        running === -1 ? undefined : running,
        format,
      );
    },
    [t, format, labels, meter.medium, step, nowMs],
  );
  return (
    <ChartCard
      name="meter-usage"
      title={t('meter.usage')}
      className="span-12"
      height={280}
      query={usage}
      spec={spec}
      note={t('chart.runningInterval')}
      extra={
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
      }
    />
  );
}

function rangeOf(step: Step, today: LocalDate): { from: LocalDate; to: LocalDate; step: Step } {
  const tomorrow = addDays(today, 1);
  if (step === '1mo') return { from: addMonths(today, -12), to: addMonths(today, 1), step };
  const days = step === '15m' ? 1 : step === '1h' ? 7 : 30;
  return { from: addDays(tomorrow, -days), to: tomorrow, step };
}
