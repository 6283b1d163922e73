import { PostgresAdapter, type Kysely, type SelectQueryBuilder } from 'kysely';

import type { Database } from './schema.ts';

/**
 * Keeps others from changing the rows that a transaction reads until it ends, so that what it decides by them holds. On
 * PostgreSQL they are locked; SQLite's transactions come one after the other anyway.
 */
export function forUpdate<Tables extends keyof Database, Row>(
  trx: Kysely<Database>,
  query: SelectQueryBuilder<Database, Tables, Row>,
): SelectQueryBuilder<Database, Tables, Row> {
  return trx.getExecutor().adapter instanceof PostgresAdapter ? query.forUpdate() : query;
}
