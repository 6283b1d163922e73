import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import { institutionOfPremises } from '../../domain/premises.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { markStale } from '../reports/mark-stale.ts';
import type { UsageChange } from './materialise.ts';
import { noteInstitutions } from './note-institutions.ts';
import { storeFindings } from './store-findings.ts';

/** Below what the engines take as parameters. */
const METERS_OF_A_STATEMENT = 5000;

/**
 * Notes what changed for those who derive from usage: rules judge the institutions again from there, drafts of the
 * years touched become stale; what was found in the readings is kept. On disk when it resolves.
 */
export async function noteUsageChange(
  db: Kysely<Database>,
  zone: Zone,
  nowMs: number,
  change: UsageChange,
): Promise<void> {
  // Rules and reports are of an institution's own premises: the housing beside it (Art. 12) does not enter them.
  const own = [...change.institutions].filter(([key]) => institutionOfPremises(key) === key);
  const institutions = new Map(own);
  for (const part of inParts([...change.meters.keys()], METERS_OF_A_STATEMENT)) {
    for (const { meter_id, institution_id } of await institutionsOf(db, part)) {
      const fromMs = Math.min(change.meters.get(meter_id) ?? nowMs, institutions.get(institution_id) ?? nowMs);
      institutions.set(institution_id, fromMs);
    }
  }
  await db.transaction().execute(async (trx) => {
    await noteInstitutions(trx, institutions);
    if (change.findings !== undefined) await storeFindings(trx, change.findings, nowMs);
  });
  const earliest = Math.min(nowMs, ...institutions.values());
  const years: number[] = [];
  for (let year = zone.local(earliest).year; year <= zone.local(nowMs).year; year++) years.push(year);
  await markStale(db, [...institutions.keys()], years);
}

/** What rules have to judge again: by institution, from which instant on. */
export interface PendingChanges {
  fromMs: Map<string, number>;
  revisions: { institution_id: string; revision: number }[];
}

/** Reads what is pending; it stays so until {@link forgetUsageChanges}. */
export async function pendingUsageChanges(db: Kysely<Database>): Promise<PendingChanges> {
  const rows = await db.selectFrom('usage_change').selectAll().execute();
  return { fromMs: new Map(rows.map((row) => [row.institution_id, row.from_ms])), revisions: rows };
}

/** Forgets what was dealt with; what changed again meanwhile stays. */
export async function forgetUsageChanges(db: Kysely<Database>, done: PendingChanges): Promise<void> {
  for (const { institution_id, revision } of done.revisions) {
    await db
      .deleteFrom('usage_change')
      .where('institution_id', '=', institution_id)
      .where('revision', '=', revision)
      .execute();
  }
}

function institutionsOf(
  db: Kysely<Database>,
  meters: readonly string[],
): Promise<{ meter_id: string; institution_id: string }[]> {
  return db.selectFrom('meter_share').select(['meter_id', 'institution_id']).where('meter_id', 'in', meters).execute();
}
