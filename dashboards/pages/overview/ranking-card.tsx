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

/** Institutions by total energy per floor area, the highest first; those of which it is not known have no rank. */
export function RankingCard(props: { query: Awaited<Overview> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useCallback(
    (data: Overview): ChartSpec =>
      rankBars(
        rankedOf(data)
          .slice(0, SHOWN)
          .map(({ name, kgcePerM2, monthsMissing }) => ({
            name: monthsMissing > 0 ? t('overview.rankingIncomplete', { name, count: monthsMissing }) : name,
            value: kgcePerM2,
          })),
        { name: t('institutions.name'), value: t('overview.rankingUnit') },
        format,
        { digits: 2, labelWidth: 176 },
      ),
    [t, format],
  );
  const { data } = props.query;
  const ranked = data && rankedOf(data);
  const rows = Math.min(SHOWN, ranked?.length ?? 8);
  const unranked = data === undefined || ranked === undefined ? 0 : data.ranking.length - ranked.length;
  return (
    <ChartCard
      name="ranking"
      title={`${t('overview.ranking')} (${t('overview.rankingUnit')})`}
      className="span-12"
      height={Math.max(96, rows * 26 + 12)}
      query={props.query}
      spec={spec}
      note={unranked > 0 ? t('overview.unranked', { count: unranked }) : undefined}
    />
  );
}

type Ranked = Overview['ranking'][number] & { kgcePerM2: number };

function rankedOf(data: Overview): Ranked[] {
  return data.ranking
    .flatMap((one): Ranked[] => (one.kgcePerM2 === null ? [] : [{ ...one, kgcePerM2: one.kgcePerM2 }]))
    .toSorted((a, b) => b.kgcePerM2 - a.kgcePerM2);
}
