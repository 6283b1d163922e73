import { useCallback } from 'react';
import type { JSX } from 'react';
import { useTranslation } from 'react-i18next';

import type { Overview } from '../../../services/api/schemas/overview.ts';
import { ChartCard } from '../../charts/chart-card.tsx';
import type { ChartSpec } from '../../charts/chart-spec.ts';
import { rankBars } from '../../charts/rank-bars.ts';
import { shareDonut } from '../../charts/share-donut.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLabels } from '../../i18n/use-labels.ts';
import type { Awaited } from '../../layout/await.tsx';

/** Total energy by type of institution. */
export function TypeCard(props: { query: Awaited<Overview> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const labels = useLabels();
  const spec = useCallback(
    (data: Overview): ChartSpec =>
      shareDonut(
        knownOf(data.byType).map(({ type, kgce }) => ({ name: labels.of('type', type), value: kgce })),
        { name: t('institutions.type'), unit: 'kgce', share: t('common.share'), total: t('common.total') },
        format,
      ),
    [t, format, labels],
  );
  const unknown = unknownIn(props.query.data?.byType);
  return (
    <ChartCard
      name="types"
      title={t('overview.byType')}
      className="span-4"
      height={252}
      query={props.query}
      spec={spec}
      note={unknown > 0 ? t('overview.unknownInstitutions', { count: unknown }) : undefined}
    />
  );
}

/** Total energy by the region that supervises. */
export function RegionCard(props: { query: Awaited<Overview> }): JSX.Element {
  const { t } = useTranslation();
  const format = useFormat();
  const spec = useCallback(
    (data: Overview): ChartSpec =>
      rankBars(
        knownOf(data.byRegion).map(({ code, name, kgce }) => ({
          // Beside its districts the city stands for the units of its own (市直).
          name: code.endsWith('00') ? t('overview.cityUnits', { name }) : name,
          value: kgce / 1000,
        })),
        { name: t('institutions.reportsTo'), value: 'tce' },
        format,
        { digits: 1 },
      ),
    [t, format],
  );
  const unknown = unknownIn(props.query.data?.byRegion);
  return (
    <ChartCard
      name="regions"
      title={`${t('overview.byRegion')} (tce)`}
      className="span-4"
      height={252}
      query={props.query}
      spec={spec}
      note={unknown > 0 ? t('overview.unknownInstitutions', { count: unknown }) : undefined}
    />
  );
}

interface Group {
  kgce: number | null;
  institutions: number;
  known: number;
}

/** The groups of which something is known, the most kgce first. */
function knownOf<T extends Group>(groups: readonly T[]): (T & { kgce: number })[] {
  return groups
    .flatMap((group) => (group.kgce === null ? [] : [{ ...group, kgce: group.kgce }]))
    .toSorted((a, b) => b.kgce - a.kgce);
}

/** How many institutions have no data, and are in none of the sums. */
function unknownIn(groups: readonly Group[] | undefined): number {
  return groups?.reduce((sum, { institutions, known }) => sum + institutions - known, 0) ?? 0;
}
