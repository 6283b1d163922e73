import type { Kysely } from 'kysely';

import { coefficientsOf } from '../../domain/coefficient.ts';
import { fromMicro } from '../../domain/micro.ts';
import { USAGE_MEDIA } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Institution } from '../api/schemas/institution.ts';
import type { Overview } from '../api/schemas/overview.ts';
import { quotaProgress } from '../quotas/quota-progress.ts';
import { listInstitutions } from '../registry/institutions.ts';
import { countMeters } from '../registry/meters.ts';
import { listRegions } from '../registry/regions.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import { dueBefore } from '../reports/due-before.ts';
import { wasThereIn } from '../registry/was-there-in.ts';
import type { Scope } from '../scope.ts';
import type { UsageReader } from '../usage/usage-reader.ts';
import { yearlyUse } from './yearly-use.ts';

/** What an overview is read from. */
export interface OverviewDeps {
  db: Kysely<Database>;
  usage: UsageReader;
  zone: Zone;
  now: () => number;
}

/**
 * What the institutions of a scope used in a year so far, against the same days of last year, in physical units, kgce
 * (GB/T 2589) and CO₂; their ranking by kgce, quotas, open alerts and the board of reports. Floor areas and headcounts
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
  const { kgcePer, co2KgPer } = coefficientsOf(year);

  const kgceOf = new Map(ids.map((id) => [id, 0]));
  for (const [key, micro] of use.byInstitution) {
    const [id, medium] = key.split(' ') as [string, (typeof USAGE_MEDIA)[number]];
    kgceOf.set(id, (kgceOf.get(id) ?? 0) + fromMicro(micro) * kgcePer[medium]);
  }
  const media = use.media.map((row) => ({
    medium: row.medium,
    unit: row.unit,
    used: fromMicro(row.used),
    lastYear: row.lastYear === null ? null : fromMicro(row.lastYear),
    kgce: fromMicro(row.used) * kgcePer[row.medium],
    months: row.months.map((micro) => (micro === null ? null : fromMicro(micro))),
    lastYearMonths: row.lastYearMonths.map((micro) => (micro === null ? null : fromMicro(micro))),
  }));
  const quotas = await quotaProgress(deps, ids, year);

  return {
    year,
    institutions: institutions.length,
    meters: await countMeters(db, scope, date),
    areaM2: sumOf(institutions, (institution) => institution.areaM2 ?? 0),
    headcount: sumOf(institutions, (institution) => institution.headcount ?? 0),
    media,
    kgce: sumOf(media, (row) => row.kgce),
    co2Kg: sumOf(media, (row) => row.used * co2KgPer[row.medium]),
    byType: grouped(institutions, (institution) => institution.type, kgceOf).map(({ key, ...rest }) => ({
      type: key,
      ...rest,
    })),
    byRegion: await byRegion(db, institutions, kgceOf),
    ranking: rankingOf(institutions, kgceOf),
    quotas: quotas.map(({ months: _months, ...progress }) => progress),
    alerts: await openAlerts(db, scope),
    reports: await reportBoard(deps, scope, year, institutions.length),
  };
}

function sumOf<T>(rows: readonly T[], value: (row: T) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}

function rankingOf(institutions: readonly Institution[], kgceOf: Map<string, number>): Overview['ranking'] {
  return institutions
    .map(({ id, name, type, areaM2 }) => {
      const kgce = kgceOf.get(id) ?? 0;
      return { id, name, type, kgce, kgcePerM2: areaM2 === null ? 0 : kgce / areaM2 };
    })
    .sort((a, b) => b.kgce - a.kgce);
}

interface Group {
  key: string;
  kgce: number;
  institutions: number;
}

function grouped(
  institutions: readonly Institution[],
  keyOf: (institution: Institution) => string,
  kgceOf: Map<string, number>,
): Group[] {
  const groups = new Map<string, Group>();
  for (const institution of institutions) {
    const key = keyOf(institution);
    const group = groups.get(key) ?? { key, kgce: 0, institutions: 0 };
    group.kgce += kgceOf.get(institution.id) ?? 0;
    group.institutions += 1;
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.kgce - a.kgce);
}

/** By the region that supervises: units of the city itself (市直) count for the city, not for where they stand. */
async function byRegion(
  db: Kysely<Database>,
  institutions: readonly Institution[],
  kgceOf: Map<string, number>,
): Promise<Overview['byRegion']> {
  const names = new Map((await listRegions(db)).map((region) => [region.code, region.name_zh]));
  return grouped(institutions, (institution) => institution.reportsTo, kgceOf).map(({ key, ...rest }) => ({
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
  return { open: sumOf(rows, (row) => row.count), critical: sumOf(critical, (row) => row.count), byRule };
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
