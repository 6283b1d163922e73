import type { Kysely } from 'kysely';

import { coefficientsOfYear } from '../../domain/coefficient.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Overview } from '../api/schemas/overview.ts';
import { loadCoefficientSets } from '../cost/coefficient-sets.ts';
import { quotaProgress } from '../quotas/quota-progress.ts';
import { listInstitutions } from '../registry/institutions.ts';
import { countMeters } from '../registry/meters.ts';
import { listRegions } from '../registry/regions.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import { dueBefore } from '../reports/due-before.ts';
import { wasThereIn } from '../registry/was-there-in.ts';
import type { Scope } from '../scope.ts';
import type { UsageReader } from '../usage/usage-reader.ts';
import { type EnergyUse, energyUse, grouped, rankingOf } from './energy-use.ts';
import { energyCompared, mediumOf, sumOfKnown } from './medium-use.ts';
import { yearlyUse } from './yearly-use.ts';

/** What an overview is read from. */
export interface OverviewDeps {
  db: Kysely<Database>;
  usage: UsageReader;
  zone: Zone;
  now: () => number;
}

/**
 * What the institutions of a scope used in a year so far, against what is comparable of last year, in physical units,
 * kgce (GB/T 2589) and CO₂; their ranking by kgce, quotas, open alerts and the board of reports. Floor areas and headcounts
 * are those in force today, or at the end of a past year.
 */
export async function overview(deps: OverviewDeps, scope: Scope, year: number): Promise<Omit<Overview, 'scopeName'>> {
  const { db, zone } = deps;
  const nowMs = deps.now();
  const date = zone.date(Math.min(nowMs, zone.at(year + 1, 1, 1) - 1));
  const registered = await listInstitutions(db, scope, { date });
  const institutions = registered.filter(({ endedOn }) => wasThereIn(year, endedOn));
  const ids = institutions.map((institution) => institution.id);
  const use = await yearlyUse({ usage: deps.usage, zone, nowMs }, ids, year);
  const { kgcePer, co2KgPer } = coefficientsOfYear(year, await loadCoefficientSets(db));
  const media = use.media.map((row) => mediumOf(row, kgcePer[row.medium]));
  const energy = energyUse(use, institutions, kgcePer);
  const quotas = await quotaProgress(deps, ids, year, use.monthsByInstitution);

  return {
    year,
    institutions: institutions.length,
    meters: await countMeters(db, scope, date),
    areaM2: sumOfKnown(institutions.map(({ areaM2 }) => areaM2)),
    headcount: sumOfKnown(institutions.map(({ headcount }) => headcount)),
    media,
    kgce: sumOfKnown(media.map(({ kgce }) => kgce)),
    co2Kg: sumOfKnown(
      media.map(({ used, medium }) => (used === null || co2KgPer[medium] === 0 ? null : used * co2KgPer[medium])),
    ),
    energy: energyCompared(use.media, kgcePer),
    byType: grouped(energy, ({ type }) => type).map(({ key, ...rest }) => ({ type: key, ...rest })),
    byRegion: await byRegion(db, energy),
    ranking: rankingOf(energy),
    quotas: quotas.map(({ months: _months, ...progress }) => progress),
    alerts: await openAlerts(db, scope),
    reports: await reportBoard(deps, scope, year, institutions.length),
  };
}

/** By the region that supervises: units of the city itself (市直) count for the city, not for where they stand. */
async function byRegion(db: Kysely<Database>, rows: readonly EnergyUse[]): Promise<Overview['byRegion']> {
  const names = new Map((await listRegions(db)).map((region) => [region.code, region.name_zh]));
  return grouped(rows, ({ reportsTo }) => reportsTo).map(({ key, ...rest }) => ({
    code: key,
    name: names.get(key) ?? key,
    ...rest,
  }));
}

async function openAlerts(db: Kysely<Database>, scope: Scope): Promise<Overview['alerts']> {
  const rows = await scopedInstitutions(db, scope)
    .innerJoin('alert', 'alert.institution_id', 'institution.id')
    .where('alert.state', '=', 'open')
    .groupBy(['alert.rule', 'alert.severity'])
    .select((eb) => ['alert.rule', 'alert.severity', eb.fn.countAll<number>().as('count')])
    .execute();
  const byRule: Record<string, number> = {};
  for (const { rule, count } of rows) byRule[rule] = (byRule[rule] ?? 0) + count;
  const critical = rows.filter((row) => row.severity === 'critical');
  const sum = (of: typeof rows): number => of.reduce((all, { count }) => all + count, 0);
  return { open: sum(rows), critical: sum(critical), byRule };
}

/** The reports that are due next: those of the year itself once it is over, of the year before while it runs. */
async function reportBoard(
  deps: OverviewDeps,
  scope: Scope,
  year: number,
  expected: number,
): Promise<Overview['reports']> {
  const reportYear = deps.zone.local(deps.now()).year > year ? year : year - 1;
  const { made } = await scopedInstitutions(deps.db, scope)
    .innerJoin('report', 'report.owner_id', 'institution.id')
    .where('report.owner_kind', '=', 'institution')
    .where('report.year', '=', reportYear)
    .select((eb) => eb.fn.countAll<number>().as('made'))
    .executeTakeFirstOrThrow();
  const level = scope.kind === 'all' ? 'city' : scope.kind === 'region' ? 'district' : 'institution';
  return { year: reportYear, made, expected, dueBefore: dueBefore(level, reportYear) };
}
