import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Kysely } from 'kysely';
import { inject } from 'vitest';

import { openRegistry as open, type RegistryPlace } from '../../app/open-registry.ts';
import { seedRegions } from '../../services/registry/regions.ts';
import { migrate } from '../../storage/relational/migrate.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { openPostgresRegistry } from './postgres-registry.ts';

/** A registry of a test's own. */
export interface TestRegistry {
  db: Kysely<Database>;
  /** For what opens it once more. */
  place: RegistryPlace;
  close(): Promise<void>;
}

/** An empty registry with its regions: in a temporary folder, or on PostgreSQL in the project of tests for it. */
export async function openRegistry(): Promise<TestRegistry> {
  const registry = await openEmptyRegistry();
  await seedRegions(registry.db);
  return registry;
}

/** {@link openRegistry} without regions. */
export async function openEmptyRegistry(): Promise<TestRegistry> {
  // Only that project has it.
  const server = inject('registryServer') as ReturnType<typeof inject<'registryServer'>> | undefined;
  if (server !== undefined) return openPostgresRegistry(server);
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-registry-'));
  const place: RegistryPlace = { kind: 'sqlite', file: join(folder, 'registry.sqlite') };
  const db = await open(place);
  await migrate(db);
  return {
    db,
    place,
    close: async () => {
      await db.destroy();
      await rm(folder, { recursive: true });
    },
  };
}
