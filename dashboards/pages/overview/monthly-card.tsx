import { Segmented } from 'antd';
import { useCallback, useState } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Overview } from '../../../services/api/schemas/overview.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { monthCompare } from '../../charts/month-compare.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import type { Awaited } from '../../layout/await.tsx';
import { useToday } from '../../api-client/use-health.ts';

/** Months of this year beside those of last year, one medium at a time. */
export function MonthlyCard(props: { query: Awaited<Overview> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const [chosen, setChosen] = useState('electricity');
  const today = useToday();
  const year = props.query.data?.year;
  const running = year !== undefined && today?.startsWith(`${year}-`) === true ? Number(today.slice(5, 7)) : undefined;
  const media = props.query.data?.media ?? [];
  const spec = useCallback(
    (data: Overview): ChartSpec => {
      const medium = data.media.find(({ medium: name }) => name === chosen) ?? data.media[0];
      if (medium === undefined) return { option: {}, table: { columns: [], labels: 1, rows: [] } };
      const months = Array.from({ length: 12 }, (_, index) => t('common.month', { month: index + 1 }));
      return monthCompare(
        medium,
        {
          months,
          month: t('common.time1mo'),
          thisYear: t('common.yearOnly', { year: data.year }),
          lastYear: t('common.yearOnly', { year: data.year - 1 }),
        },
        running === undefined ? undefined : running - 1,
        format,
      );
    },
    [chosen, t, format, running],
  );
  return (
    <ChartCard
      name="months"
      title={t('overview.monthly')}
      className="span-8"
      height={296}
      query={props.query}
      spec={spec}
      note={running === undefined ? undefined : t('chart.runningMonth', { month: running, date: today })}
      extra={
        media.length > 1 && (
          <Segmented
            size="small"
            aria-label={t('common.medium')}
            value={chosen}
            onChange={setChosen}
            options={media.map(({ medium }) => ({ value: medium as string, label: labels.of('medium', medium) }))}
          />
        )
      }
    />
  );
}
