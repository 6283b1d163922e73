import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Dialect,
  type DialectAdapter,
} from 'kysely';
import LibsqlDatabase from 'libsql';

import type { Database } from '../schema.ts';
import { WaitingDriver, type SqliteConnections } from './waiting-driver.ts';

/** Another thread that has just made the file may be turning it to WAL. */
const OPENING_WAITS_MS = 5000;

/**
 * Opens (or creates) the embedded registry database in WAL mode, every commit fsync'ed. Several threads of one process
 * may each open it: their writes wait for each other, and no thread stands still meanwhile.
 */
export function openSqlite(file: string): Kysely<Database> {
  const forTransactions = connect(file);
  return new Kysely<Database>({ dialect: sqliteDialect({ forTransactions, forStatements: connect(file) }) });
}

function connect(file: string): LibsqlDatabase.Database {
  const connection = new LibsqlDatabase(file);
  connection.exec(
    `PRAGMA busy_timeout = ${OPENING_WAITS_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
     PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 0;`,
  );
  return connection;
}

function sqliteDialect(connections: SqliteConnections): Dialect {
  return {
    createAdapter: () => new TransactionalDdlAdapter(),
    createDriver: () => new WaitingDriver(connections),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/** SQLite takes the schema's changes back with the rest of a transaction: a migration is there, or it is not. */
class TransactionalDdlAdapter extends SqliteAdapter implements DialectAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}
