import { Kysely } from 'kysely';
import LibsqlDatabase from 'libsql';

import { migrate } from '../migrate.ts';
import type { Database } from '../schema.ts';
import { ImmediateDialect } from './immediate-dialect.ts';

/**
 * Opens (or creates) the embedded registry database in WAL mode, every commit fsync'ed, at the newest schema. Several
 * threads of one process may each open it; their writes wait for each other.
 */
export async function openSqlite(file: string): Promise<Kysely<Database>> {
  const connection = new LibsqlDatabase(file);
  connection.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000;',
  );
  const db = new Kysely<Database>({
    dialect: new ImmediateDialect({ database: connection }),
  });
  await migrate(db);
  return db;
}
