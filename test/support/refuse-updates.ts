import { PostgresAdapter, sql, type Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** Makes every update of a table fail, as on a full disk; resolves with what ends that. */
export async function refuseUpdates(db: Kysely<Database>, table: keyof Database): Promise<() => Promise<void>> {
  const on = sql.table(table);
  if (db.getExecutor().adapter instanceof PostgresAdapter) {
    await sql`create or replace function no_room() returns trigger language plpgsql
      as $$ begin raise exception 'disk is full'; end $$`.execute(db);
    await sql`create trigger no_room before update on ${on} for each row execute function no_room()`.execute(db);
    return async () => void (await sql`drop trigger no_room on ${on}`.execute(db));
  }
  await sql`create trigger no_room before update on ${on} begin select raise(abort, 'disk is full'); end`.execute(db);
  return async () => void (await sql`drop trigger no_room`.execute(db));
}
