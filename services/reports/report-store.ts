import type { Kysely } from 'kysely';

import { forUpdate } from '../../storage/relational/for-update.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { ReportFigures } from '../api/schemas/report.ts';
import { canonicalJson, digestOf } from './canonical-json.ts';

type Kind = ReportFigures['kind'];

/** How a report stood when its making began. `marks` counts the late data that has come since it was last made. */
export interface ReportMark {
  digest: string;
  marks: number;
}

/** The reports of a year by `kind owner`, as they stand. Read it before the data that a report is made of. */
export async function reportMarks(db: Kysely<Database>, year: number): Promise<Map<string, ReportMark>> {
  const rows = await db
    .selectFrom('report')
    .select(['owner_kind', 'owner_id', 'digest', 'stale'])
    .where('year', '=', year)
    .execute();
  return new Map(
    rows.map((row) => [reportKey(row.owner_kind, row.owner_id), { digest: row.digest, marks: row.stale }]),
  );
}

/** The key of a report within its year. */
export function reportKey(kind: string, owner: string): string {
  return `${kind} ${owner}`;
}

/** The figures as stored, by owner; at most a few hundred owners at a time. */
export async function storedFigures(
  db: Kysely<Database>,
  year: number,
  kind: Kind,
  owners: readonly string[],
): Promise<Map<string, ReportFigures>> {
  if (owners.length === 0) return new Map();
  const rows = await db
    .selectFrom('report')
    .select(['owner_id', 'figures'])
    .where('year', '=', year)
    .where('owner_kind', '=', kind)
    .where('owner_id', 'in', owners)
    .execute();
  return new Map(rows.map((row) => [row.owner_id, JSON.parse(row.figures) as ReportFigures]));
}

/**
 * Stores a draft in one transaction and tells whether its figures are new. Equal figures keep their digest and the time
 * they were made at. A report that is no longer a draft is left as it is. Marks that came after `seen` was read stay.
 */
export async function putDraft(
  db: Kysely<Database>,
  figures: ReportFigures,
  seen: ReportMark | undefined,
  nowMs: number,
): Promise<boolean> {
  const { year, kind, owner } = figures;
  const text = canonicalJson(figures);
  const digest = digestOf(text);
  return db.transaction().execute(async (trx) => {
    const stored = trx
      .selectFrom('report')
      .select(['state', 'digest', 'stale'])
      .where('year', '=', year)
      .where('owner_kind', '=', kind)
      .where('owner_id', '=', owner.id);
    const row = await forUpdate(trx, stored).executeTakeFirst();
    if (row === undefined) {
      await trx
        .insertInto('report')
        .values({
          year,
          owner_kind: kind,
          owner_id: owner.id,
          kind,
          state: 'draft',
          figures: text,
          digest,
          made_at: nowMs,
          // Data that came while it was being made found no row to mark: the next pass looks once more.
          stale: 1,
        })
        .execute();
      return true;
    }
    if (row.state !== 'draft') return false;
    const update = trx
      .updateTable('report')
      .where('year', '=', year)
      .where('owner_kind', '=', kind)
      .where('owner_id', '=', owner.id);
    if (seen === undefined || row.digest !== seen.digest || row.stale < seen.marks) {
      // Another build finished meanwhile, perhaps from newer data than this one read.
      await update.set({ stale: row.stale + 1 }).execute();
      return false;
    }
    const marks = { stale: row.stale - seen.marks };
    if (row.digest === digest) {
      if (seen.marks > 0) await update.set(marks).execute();
      return false;
    }
    await update.set({ ...marks, figures: text, digest, made_at: nowMs }).execute();
    return true;
  });
}
