import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/**
 * Runs a change of the registry in a transaction: the caller's where `db` is one already, so that many changes can share
 * a commit. Its first statement counts the registry's revision up: whoever follows the registry sees that it changed,
 * and two changes on PostgreSQL come one after the other, each checked against what the other has left.
 */
export function inTransaction<T>(db: Kysely<Database>, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  if (db.isTransaction) return work(db);
  return db.transaction().execute(async (trx) => {
    await countUp(trx);
    return work(trx);
  });
}

/** The registry's revision: it rises with each change, in the order in which the changes were committed. */
export async function registryRevision(db: Kysely<Database>): Promise<number> {
  const row = await db.selectFrom('registry_state').select('revision').where('id', '=', 1).executeTakeFirst();
  return row?.revision ?? 0;
}

async function countUp(trx: Kysely<Database>): Promise<void> {
  await trx
    .updateTable('registry_state')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', 1)
    .execute();
}
