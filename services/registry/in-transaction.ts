import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** Runs `work` in a transaction: the caller's where `db` is one already, so that many changes can share a commit. */
export function inTransaction<T>(db: Kysely<Database>, work: (db: Kysely<Database>) => Promise<T>): Promise<T> {
  return db.isTransaction ? work(db) : db.transaction().execute(work);
}
