import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { Pool } from 'pg';

import type { Database } from '../schema.ts';
import { connectionSettings, databaseName } from './connection-settings.ts';
import { PooledDriver } from './pooled-driver.ts';

/** For transactions, and as many for single statements, of each thread that opens the registry. */
const CONNECTIONS_OF_EACH = 4;
const IDLE_CONNECTION_ENDS_AFTER_MS = 60_000;
/** As long as on SQLite: longer than an import commits. */
const WAIT_FOR_OTHERS_MS = 30_000;

/**
 * The registry on a PostgreSQL server. Connects when first asked something: the server need not be there yet, and may go
 * and come back. Throws PlatformError `config-invalid` where the URL is none.
 */
export function openPostgres(url: string): Kysely<Database> {
  const pool = new Pool({
    ...connectionSettings(url),
    max: 2 * CONNECTIONS_OF_EACH,
    idleTimeoutMillis: IDLE_CONNECTION_ENDS_AFTER_MS,
    lock_timeout: WAIT_FOR_OTHERS_MS,
  });
  const driver = new PooledDriver({
    pool,
    database: databaseName(url),
    connectionsOfEach: CONNECTIONS_OF_EACH,
    waitMs: WAIT_FOR_OTHERS_MS,
  });
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => driver,
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}
