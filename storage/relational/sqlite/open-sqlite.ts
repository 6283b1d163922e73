import { Kysely, SqliteDialect } from 'kysely';
import LibsqlDatabase from 'libsql';

import { migrate } from '../migrate.ts';
import type { Database } from '../schema.ts';

/** Opens (or creates) the embedded registry database in WAL mode, every commit fsync'ed, at the newest schema. */
export async function openSqlite(file: string): Promise<Kysely<Database>> {
  const connection = new LibsqlDatabase(file);
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
  const db = new Kysely<Database>({
    dialect: new SqliteDialect({ database: connection }),
  });
  await migrate(db);
  return db;
}
