import { Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { Pool } from 'pg';

import type { Database } from '../schema.ts';
import { connectionSettings, databaseName } from './connection-settings.ts';
import { PooledDriver } from './pooled-driver.ts';

/** Of each thread that opens the registry: main and pipeline. */
const CONNECTIONS = 6;
const IDLE_CONNECTION_ENDS_AFTER_MS = 60_000;

/**
 * The registry on a PostgreSQL server. Connects when first asked something: the server need not be there yet, and may go
 * and come back. Throws PlatformError `config-invalid` where the URL is none.
 */
export function openPostgres(url: string): Kysely<Database> {
  const pool = new Pool({
    ...connectionSettings(url),
    max: CONNECTIONS,
    idleTimeoutMillis: IDLE_CONNECTION_ENDS_AFTER_MS,
  });
  return new Kysely<Database>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new PooledDriver(pool, databaseName(url)),
      createQueryCompiler: () => new PostgresQueryCompiler(),
      createIntrospector: (db) => new PostgresIntrospector(db),
    },
  });
}
