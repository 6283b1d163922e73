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
 * year of which nothing is known. `monthRows`: the year's monthly sums, where they have been read already.
 */
export async function quotaProgress(
  { db, usage, zone, now }: QuotaProgressDeps,
  institutionIds: readonly string[],
  year: number,
  monthRows?: readonly InstitutionInterval[],
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
  const rows = monthRows ?? (toMs <= fromMs ? [] : await usage.institutionUsage(ids, fromMs, toMs, '1mo'));
  const monthsOver = monthsOverOf(zone, now(), year);
  const usedMicro = new Map<string, bigint>();
  for (const { institution, medium, startMs, micro } of rows) {
    if (micro === null) continue;
    const key = keyOf(institution, medium, zone.local(startMs).month);
    usedMicro.set(key, (usedMicro.get(key) ?? 0n) + micro);
  }

  return quotas.map((quota) => {
    const limits = JSON.parse(quota.month_limits) as number[];
    const byMonth = limits.map((_, i) => usedMicro.get(keyOf(quota.institution_id, quota.medium, i + 1)));
    const known = byMonth.filter((micro) => micro !== undefined);
    const used = known.length === 0 ? null : fromMicro(known.reduce((sum, micro) => sum + micro, 0n));
    return {
      institutionId: quota.institution_id,
      institutionName: quota.name,
      medium: quota.medium as UsageMedium,
      year,
      unit: CANONICAL_UNIT[quota.medium as UsageMedium],
      annualLimit: quota.annual_limit,
      used,
      ratio: used === null ? null : used / quota.annual_limit,
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

function keyOf(institution: string, medium: string, month: number): string {
  return `${institution}/${medium}/${month}`;
}
