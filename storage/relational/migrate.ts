import { Migrator, type Kysely, type Migration } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { up as first } from './migrations/001-first.ts';
import { up as gateway } from './migrations/002-gateway.ts';
import { up as field } from './migrations/003-field.ts';
import type { Database } from './schema.ts';

const MIGRATIONS: Record<string, Migration> = {
  '001-first': { up: first },
  '002-gateway': { up: gateway },
  '003-field': { up: field },
};

/** Brings a database to the newest schema; does nothing where it is there already. */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(MIGRATIONS) } });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) {
    throw new PlatformError('store-unavailable', 'The registry database could not be brought to the newest schema', {
      cause: error,
    });
  }
}
