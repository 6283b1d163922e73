import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Kysely } from 'kysely';

import { seedRegions } from '../../services/registry/regions.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { openSqlite } from '../../storage/relational/sqlite/open-sqlite.ts';

/** An empty registry with its regions in a temporary folder. */
export async function openRegistry(): Promise<{ db: Kysely<Database>; close(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-registry-'));
  const db = await openSqlite(join(folder, 'registry.sqlite'));
  await seedRegions(db);
  return {
    db,
    close: async () => {
      await db.destroy();
      await rm(folder, { recursive: true });
    },
  };
}
