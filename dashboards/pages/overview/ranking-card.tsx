import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Overview } from '../../../services/api/schemas/overview.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { rankBars } from '../../charts/rank-bars.ts';
import { useFormat } from '../../i18n/use-format.ts';
import type { Awaited } from '../../layout/await.tsx';

const SHOWN = 20;

/** Institutions by total energy per floor area, the highest first. */
export function RankingCard(props: { query: Awaited<Overview> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useCallback(
    (data: Overview): ChartSpec =>
      rankBars(
        data.ranking
          .toSorted((a, b) => b.kgcePerM2 - a.kgcePerM2)
          .slice(0, SHOWN)
          .map(({ name, kgcePerM2 }) => ({ name, value: kgcePerM2 })),
        { name: t('institutions.name'), value: t('overview.rankingUnit') },
        format,
        { digits: 2, labelWidth: 176 },
      ),
    [t, format],
  );
  const rows = Math.min(SHOWN, props.query.data?.ranking.length ?? 8);
  return (
    <ChartCard
      name="ranking"
      title={`${t('overview.ranking')} (${t('overview.rankingUnit')})`}
      className="span-12"
      height={Math.max(96, rows * 26 + 12)}
      query={props.query}
      spec={spec}
    />
  );
}
