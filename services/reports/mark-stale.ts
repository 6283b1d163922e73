import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import { listRegions } from '../registry/regions.ts';

/** SQL's lists of parameters are bounded. */
const PORTION = 500;
const DAY_MS = 86_400_000;

/**
 * Marks the drafts that data of `years` of these institutions enters, theirs and those of the regions above them, so
 * that `buildStale` makes them anew. Call it after the new usage is stored. A year's data also stands in the next
 * year's report, as the year before. What is not a draft any more is left alone.
 */
export async function markStale(
  db: Kysely<Database>,
  institutionIds: readonly string[],
  years: readonly number[],
): Promise<void> {
  const touched = [...new Set(years.flatMap((year) => [year, year + 1]))];
  const made = await db.selectFrom('report').select('year').distinct().where('year', 'in', touched).execute();
  if (made.length === 0) return;
  const madeYears = made.map((row) => row.year);
  const parents = new Map((await listRegions(db)).map((region) => [region.code, region.parent_code]));
  const above = new Set<string>();
  for (let at = 0; at < institutionIds.length; at += PORTION) {
    const portion = institutionIds.slice(at, at + PORTION);
    await mark(db, madeYears, ['institution'], portion);
    const reported = await db
      .selectFrom('institution')
      .select('reports_to')
      .distinct()
      .where('id', 'in', portion)
      .execute();
    for (const { reports_to } of reported) {
      for (let code: string | null = reports_to; code !== null; code = parents.get(code) ?? null) above.add(code);
    }
  }
  await mark(db, madeYears, ['district', 'city'], [...above]);
}

/**
 * Marks the drafts in which alerts of an institution are counted, by the year they were raised in. Call it in the
 * transaction that changes them: reports are made beside the rules and may have read the alerts as they were before.
 */
export async function markStaleByAlerts(
  db: Kysely<Database>,
  institution: string,
  activeSinceMs: readonly number[],
): Promise<void> {
  // At the turn of a year the zone decides which it is: marking both costs no more than another look.
  const years = activeSinceMs.flatMap((ms) => [ms - DAY_MS, ms + DAY_MS].map((at) => new Date(at).getUTCFullYear()));
  if (years.length > 0) await markStale(db, [institution], [...new Set(years)]);
}

/** Marks all drafts of the years there are that `isTouched` names: what every figure of them is made with changed. */
export async function markYearsStale(db: Kysely<Database>, isTouched: (year: number) => boolean): Promise<void> {
  const made = await db.selectFrom('report').select('year').distinct().execute();
  const years = made.map(({ year }) => year).filter(isTouched);
  if (years.length === 0) return;
  await db
    .updateTable('report')
    .set((eb) => ({ stale: eb('stale', '+', 1) }))
    .where('year', 'in', years)
    .where('state', '=', 'draft')
    .execute();
}

async function mark(
  db: Kysely<Database>,
  years: readonly number[],
  kinds: readonly string[],
  owners: readonly string[],
): Promise<void> {
  if (owners.length === 0) return;
  await db
    .updateTable('report')
    .set((eb) => ({ stale: eb('stale', '+', 1) }))
    .where('year', 'in', years)
    .where('owner_kind', 'in', kinds)
    .where('owner_id', 'in', owners)
    .where('state', '=', 'draft')
    .execute();
}
