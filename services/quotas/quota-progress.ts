import type { Kysely } from 'kysely';

import { fromMicro } from '../../domain/micro.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { QuotaProgress } from '../api/schemas/institution.ts';
import type { InstitutionInterval, UsageReader } from '../usage/usage-reader.ts';

interface QuotaProgressDeps {
  db: Kysely<Database>;
  usage: UsageReader;
  zone: Zone;
  now: () => number;
}

/**
 * Use against each quota that the institutions have for the year (Art. 15), by institution and medium, so far. An
 * institution or medium without a quota is left out; a month without data, or to come, is null, and so is the use of a
 * year of which nothing is known. `months`: the twelve of the year by `institution medium`, null where nothing is known,
 * where they have been read already.
 */
export async function quotaProgress(
  { db, usage, zone, now }: QuotaProgressDeps,
  institutionIds: readonly string[],
  year: number,
  months?: ReadonlyMap<string, readonly (bigint | null)[]>,
): Promise<QuotaProgress[]> {
  if (institutionIds.length === 0) return [];
  const quotas = await db
    .selectFrom('quota')
    .innerJoin('institution', 'institution.id', 'quota.institution_id')
    .select(['institution_id', 'institution.name', 'medium', 'annual_limit', 'month_limits'])
    .where('institution_id', 'in', [...institutionIds])
    .where('year', '=', year)
    .orderBy('institution_id')
    .orderBy('medium')
    .execute();
  if (quotas.length === 0) return [];

  const fromMs = zone.at(year, 1, 1);
  const toMs = Math.min(zone.at(year + 1, 1, 1), zone.nextMonth(now()));
  const ids = [...new Set(quotas.map((quota) => quota.institution_id))];
  const monthsOver = monthsOverOf(zone, now(), year);
  const used =
    months ?? sumsByMonth(toMs <= fromMs ? [] : await usage.institutionUsage(ids, fromMs, toMs, '1mo'), zone);

  return quotas.map((quota) => {
    const limits = JSON.parse(quota.month_limits) as number[];
    const ofYear = used.get(`${quota.institution_id} ${quota.medium}`);
    const byMonth = limits.map((_, i) => ofYear?.[i] ?? undefined);
    const known = byMonth.filter((micro) => micro !== undefined);
    const usedInYear = known.length === 0 ? null : fromMicro(known.reduce((sum, micro) => sum + micro, 0n));
    return {
      institutionId: quota.institution_id,
      institutionName: quota.name,
      medium: quota.medium as UsageMedium,
      year,
      unit: CANONICAL_UNIT[quota.medium as UsageMedium],
      annualLimit: quota.annual_limit,
      used: usedInYear,
      ratio: usedInYear === null ? null : usedInYear / quota.annual_limit,
      monthsMissing: byMonth.slice(0, monthsOver).filter((micro) => micro === undefined).length,
      months: limits.map((limit, i) => ({
        month: i + 1,
        limit,
        used: byMonth[i] === undefined ? null : fromMicro(byMonth[i]),
      })),
    };
  });
}

/** How many months of a year are over. */
function monthsOverOf(zone: Zone, nowMs: number, year: number): number {
  const today = zone.local(nowMs);
  return Math.max(0, Math.min(12, (today.year - year) * 12 + today.month - 1));
}

/** Over sub-items, by `institution medium`. */
function sumsByMonth(rows: readonly InstitutionInterval[], zone: Zone): Map<string, (bigint | null)[]> {
  const sums = new Map<string, (bigint | null)[]>();
  for (const { institution, medium, startMs, micro } of rows) {
    if (micro === null) continue;
    const key = `${institution} ${medium}`;
    const months = sums.get(key) ?? Array<null>(12).fill(null);
    const month = zone.local(startMs).month - 1;
    months[month] = (months[month] ?? 0n) + micro;
    sums.set(key, months);
  }
  return sums;
}
