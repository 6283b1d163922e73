import type { Kysely, Selectable } from 'kysely';

import { shippedCoefficientSets, type DatedCoefficientSet } from '../../domain/coefficient.ts';
import { PlatformError } from '../../domain/errors.ts';
import type { CoefficientSetTable, Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { CoefficientSetItem, NewCoefficientSet } from '../api/schemas/coefficient.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import { noteCoefficients } from './note-coefficients.ts';

/** The sets that were entered, by rising day, as coefficientsAt takes them. */
export async function loadCoefficientSets(db: Kysely<Database>): Promise<DatedCoefficientSet[]> {
  const rows = await db.selectFrom('coefficient_set').selectAll().orderBy('valid_from').execute();
  return rows.map(setOf);
}

/** All sets, shipped and entered, by rising day. */
export async function listCoefficientSets(db: Kysely<Database>): Promise<CoefficientSetItem[]> {
  const shipped = shippedCoefficientSets().map((set) => ({ ...set, shipped: true }));
  const entered = (await loadCoefficientSets(db)).map(enteredItem);
  return [...shipped, ...entered].toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
}

/**
 * Enters a set; drafts and alerts that it changes are noted. Fails with `conflict` where its day or its id is taken: a set that
 * figures may name is not changed.
 */
export async function createCoefficientSet(
  db: Kysely<Database>,
  input: NewCoefficientSet,
  change: Change,
): Promise<CoefficientSetItem> {
  const { validFrom, id, source, kgcePer, co2KgPer } = input;
  await inTransaction(db, async (trx) => {
    const taken = (await listCoefficientSets(trx)).find(
      (set) => set.id === id || (!set.shipped && set.validFrom === validFrom),
    );
    if (taken !== undefined) {
      const what = taken.id === id ? `There is a set with the id ${id}` : `From ${validFrom} on holds ${taken.id}`;
      throw new PlatformError('conflict', `${what}; take another, or take that one out first`);
    }
    const before = await loadCoefficientSets(trx);
    await trx
      .insertInto('coefficient_set')
      .values({
        valid_from: validFrom,
        id,
        source,
        factors: JSON.stringify({ kgcePer, co2KgPer }),
        created_at: change.nowMs,
      })
      .execute();
    await noteCoefficients(trx, before, await loadCoefficientSets(trx), change.nowMs);
    await writeAudit(trx, change, { action: 'create', object: `coefficients/${validFrom}`, after: input });
  });
  return enteredItem(input);
}

/** Takes out a set that was entered: what held before it goes on, in drafts and alerts too. Fails with `not-found`. */
export async function deleteCoefficientSet(db: Kysely<Database>, validFrom: string, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const row = await trx
      .selectFrom('coefficient_set')
      .selectAll()
      .where('valid_from', '=', validFrom)
      .executeTakeFirst();
    if (row === undefined) {
      throw new PlatformError('not-found', `No coefficients are entered from ${validFrom} on; what ships stays`);
    }
    const before = await loadCoefficientSets(trx);
    await trx.deleteFrom('coefficient_set').where('valid_from', '=', validFrom).execute();
    await noteCoefficients(trx, before, await loadCoefficientSets(trx), change.nowMs);
    await writeAudit(trx, change, { action: 'delete', object: `coefficients/${validFrom}`, before: setOf(row) });
  });
}

function enteredItem(set: DatedCoefficientSet): CoefficientSetItem {
  const { validFrom, id, source, kgcePer, co2KgPer } = set;
  return { validFrom, id, source, published: null, shipped: false, kgcePer, co2KgPer };
}

function setOf(row: Selectable<CoefficientSetTable>): DatedCoefficientSet {
  const factors = JSON.parse(row.factors) as Pick<DatedCoefficientSet, 'kgcePer' | 'co2KgPer'>;
  return { validFrom: row.valid_from, id: row.id, source: row.source, ...factors };
}
