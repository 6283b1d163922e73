import { Migrator, PostgresAdapter, sql, type Kysely, type Migration } from 'kysely';

import { PlatformError, messageOf } from '../../domain/errors.ts';
import { up as first } from './migrations/001-first.ts';
import { up as gateway } from './migrations/002-gateway.ts';
import { up as field } from './migrations/003-field.ts';
import { up as usage } from './migrations/004-usage.ts';
import type { Database } from './schema.ts';

const MIGRATIONS: Record<string, Migration> = {
  '001-first': { up: first },
  '002-gateway': { up: gateway },
  '003-field': { up: field },
  '004-usage': { up: usage },
};

/** The name of the lock among those that others may use in the same database. */
const LOCK = 1_785_287_011;

/**
 * Brings a database to the newest schema; does nothing where it is there already. Either all of it is done or nothing,
 * so that it may be tried again. Throws PlatformError `store-unavailable`, retryable where only the server is not there,
 * and `config-invalid` where the database cannot hold Chinese.
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const isPostgres = db.getExecutor().adapter instanceof PostgresAdapter;
  if (isPostgres) await checkEncoding(db);
  const error = await (isPostgres ? oneAtATime(db) : migrateToLatest(db));
  if (error === undefined) return;
  if (error instanceof PlatformError && error.retryable) throw error;
  throw new PlatformError(
    'store-unavailable',
    `The registry database could not be brought to the newest schema: ${messageOf(error)}`,
    { cause: error },
  );
}

async function migrateToLatest(db: Kysely<Database>): Promise<unknown> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  return (await migrator.migrateToLatest()).error;
}

// The migrator's own lock is let go before its transaction begins; SQLite's transaction is a lock itself.
function oneAtATime(db: Kysely<Database>): Promise<unknown> {
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${LOCK})`.execute(connection);
    try {
      return await migrateToLatest(db);
    } finally {
      await sql`select pg_advisory_unlock(${LOCK})`.execute(connection);
    }
  });
}

async function checkEncoding(db: Kysely<Database>): Promise<void> {
  const { rows } = await sql<{ encoding: string }>`select current_setting('server_encoding') as encoding`.execute(db);
  const encoding = rows[0]?.encoding;
  if (encoding === 'UTF8') return;
  throw new PlatformError(
    'config-invalid',
    `The database at DATABASE_URL is encoded as ${encoding}; make one with encoding UTF8 (template template0)`,
  );
}
