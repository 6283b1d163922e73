import type { Kysely } from 'kysely';

import type { Database } from '../storage/relational/schema.ts';

/** Where the registry is kept, as settings say: plain data. */
export type RegistryPlace = { kind: 'sqlite'; file: string } | { kind: 'postgres'; url: string };

/**
 * Opens the registry where settings say it is; `migrate` brings it to the newest schema. A PostgreSQL server need not be
 * there yet: what is asked of it meanwhile fails with PlatformError `store-unavailable`, retryable.
 */
export async function openRegistry(place: RegistryPlace): Promise<Kysely<Database>> {
  if (place.kind === 'sqlite') {
    const { openSqlite } = await import('../storage/relational/sqlite/open-sqlite.ts');
    return openSqlite(place.file);
  }
  const { openPostgres } = await import('../storage/relational/postgres/open-postgres.ts');
  return openPostgres(place.url);
}
