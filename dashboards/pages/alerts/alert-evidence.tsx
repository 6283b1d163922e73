import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Alert } from '../../../services/api/schemas/alert.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { INK } from '../../charts/palette.ts';
import { timeLine } from '../../charts/time-line.ts';
import { unitSign } from '../../i18n/format-number.ts';
import { useFormat } from '../../i18n/use-format.ts';

const HOUR_MS = 3_600_000;

/** The values that an alert rests on, with its limit across them. */
export function AlertEvidence(props: { alert: Alert }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useCallback(
    (alert: Alert): ChartSpec =>
      timeLine(
        withGaps(alert),
        { name: t('alerts.measured'), unit: unitSign(alert.unit), colour: INK.accent, limit: alert.limit },
        { time: t('common.time'), limit: t('chart.limit') },
        format,
      ),
    [t, format],
  );
  return (
    <ChartCard
      name="alert-evidence"
      title={t('alerts.evidence')}
      height={230}
      query={{ data: props.alert, error: null, refetch: () => undefined }}
      spec={spec}
    />
  );
}

/** Hours that were not judged, working hours for instance, are no part of the line. */
function withGaps({ evidence: { kind, series } }: Alert): [string, number | null][] {
  if (!kind.startsWith('hourly')) return series;
  return series.flatMap(([at, value], index): [string, number | null][] => {
    const before = series[index - 1]?.[0];
    const isAfterGap = before !== undefined && Date.parse(at) - Date.parse(before) > 1.5 * HOUR_MS;
    return isAfterGap
      ? [
          [new Date(Date.parse(before) + HOUR_MS).toISOString(), null],
          [at, value],
        ]
      : [[at, value]];
  });
}
