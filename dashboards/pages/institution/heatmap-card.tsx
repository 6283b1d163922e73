import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { InstitutionUsageItem } from '../../../services/api/schemas/usage.ts';
import { addDays } from '../../api-client/local-date.ts';
import type { LocalDate } from '../../api-client/local-date.ts';
import { usePlatformNow } from '../../api-client/use-health.ts';
import { useInstitutionUsage } from '../../api-client/use-institution-usage.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { loadHeatmap } from '../../charts/load-heatmap.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { totalByStart } from './total-by-start.ts';

const DAYS = 35;

/** Electricity by hour and day of five weeks. */
export function HeatmapCard(props: { id: string; date: LocalDate }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const { date } = props;
  const nowMs = usePlatformNow() ?? 0;
  const usage = useInstitutionUsage(props.id, { last: date, days: DAYS, step: '1h', medium: 'electricity' });
  const spec = useCallback(
    (items: InstitutionUsageItem[]): ChartSpec => {
      const totals = totalByStart(items, nowMs);
      const dates = Array.from({ length: DAYS }, (_, index) => addDays(date, index + 1 - DAYS));
      return loadHeatmap(
        dates,
        dates.map((one) =>
          Array.from({ length: 24 }, (_, hour) => totals.get(`${one}T${String(hour).padStart(2, '0')}:00:00`) ?? null),
        ),
        'kW',
        { date: t('common.date'), missing: t('common.missing') },
        format,
      );
    },
    [t, format, date, nowMs],
  );
  return (
    <ChartCard
      name="heatmap"
      title={t('institution.heatmap')}
      className="span-12"
      height={320}
      query={usage}
      spec={spec}
    />
  );
}
