import type { Kysely } from 'kysely';

import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { hasEnded } from '../registry/list-order.ts';
import { listRegions } from '../registry/regions.ts';
import { reportKey, reportMarks } from './report-store.ts';
import { reportingTrees } from './reporting-tree.ts';

/** The year whose drafts must exist: last year's, from 1 January 00:00 in the zone on (Art. 17). */
export function draftsDue(nowMs: number, zone: Zone): number {
  return zone.local(nowMs).year - 1;
}

/** Ids and region codes of those that have no report of the year yet: institutions, then districts, then cities. */
export async function missingDrafts(db: Kysely<Database>, year: number): Promise<string[]> {
  const made = await reportMarks(db, year);
  const institutions = await db
    .selectFrom('institution')
    .select(['id', 'reports_to as reportsTo'])
    .where(hasEnded('institution', false, `${year}-01-01`))
    .orderBy('id')
    .execute();
  const trees = reportingTrees(await listRegions(db), institutions);
  const expected = [
    ...institutions.map(({ id }) => ['institution', id] as const),
    ...trees.flatMap(({ districts }) => districts.map(({ code }) => ['district', code] as const)),
    ...trees.map(({ city }) => ['city', city.code] as const),
  ];
  return expected.filter(([kind, owner]) => !made.has(reportKey(kind, owner))).map(([, owner]) => owner);
}
