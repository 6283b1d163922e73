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

/** The values that an alert rests on, with its limit across them. */
export function AlertEvidence(props: { alert: Alert }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useCallback(
    (alert: Alert): ChartSpec =>
      timeLine(
        alert.evidence.series,
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
