import type { CoefficientSet } from '../../domain/coefficient.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Kysely } from 'kysely';
import type { Database } from '../../storage/relational/schema.ts';
import type { InstitutionUsage, SeriesStore } from '../../storage/series/port.ts';
import type { Institution } from '../api/schemas/institution.ts';
import type { InstitutionInput, MonthSum } from './figures/institution-figures.ts';

type Loaded = Omit<InstitutionInput, 'addressee'>;

function grouped<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}

function monthSum(row: InstitutionUsage, zone: Zone): MonthSum {
  const { medium, subItem, micro, measuredMs, estimatedMs, manualMs, missingMs } = row;
  const month = zone.local(row.startMs).month - 1;
  return { medium, subItem, month, micro, measuredMs, estimatedMs, manualMs, missingMs };
}

/**
 * What the figures of several institutions' reports are made of, read in one call to each store: month sums of the
 * year and the year before, quotas, and the alerts raised in the year. Gives one institution's at a time; each has the
 * given coefficients, which are the year's.
 */
export async function reportInputs(
  { db, series, zone }: { db: Kysely<Database>; series: Pick<SeriesStore, 'institutionUsage'>; zone: Zone },
  year: number,
  institutions: readonly Institution[],
  coefficients: CoefficientSet,
): Promise<(institution: Institution) => Loaded> {
  const from = zone.at(year, 1, 1);
  const to = zone.at(year + 1, 1, 1);
  const ids = institutions.map(({ id }) => id);
  const [usage, quotas, alerts] = await Promise.all([
    ids.length === 0 ? [] : series.institutionUsage('month', ids, zone.at(year - 1, 1, 1), to),
    db
      .selectFrom('quota')
      .select(['institution_id', 'medium', 'annual_limit'])
      .where('year', '=', year)
      .orderBy('institution_id')
      .orderBy('medium')
      .execute(),
    db
      .selectFrom('alert')
      .select(['institution_id', 'rule'])
      .select(({ fn }) => [
        fn.countAll().as('raised'),
        fn.count('acknowledged_at').as('acknowledged'),
        fn.count('cleared_at').as('cleared'),
      ])
      .where('active_since', '>=', from)
      .where('active_since', '<', to)
      .groupBy(['institution_id', 'rule'])
      .orderBy('rule')
      .execute(),
  ]);
  const usageOf = grouped(usage, (row) => row.institution);
  const quotasOf = grouped(quotas, (row) => row.institution_id);
  const alertsOf = grouped(alerts, (row) => row.institution_id);
  return ({ id, name, type, areaM2, headcount }) => {
    const rows = usageOf.get(id) ?? [];
    const sums = (wanted: boolean): MonthSum[] =>
      rows.filter((row) => row.startMs >= from === wanted).map((row) => monthSum(row, zone));
    return {
      year,
      owner: { id, name, type },
      areaM2,
      headcount,
      months: sums(true),
      lastYear: sums(false),
      quotas: (quotasOf.get(id) ?? []).map((row) => ({ medium: row.medium, annualLimit: row.annual_limit })),
      coefficients,
      alerts: (alertsOf.get(id) ?? []).map((row) => ({
        rule: row.rule,
        raised: Number(row.raised),
        acknowledged: Number(row.acknowledged),
        cleared: Number(row.cleared),
      })),
    };
  };
}
