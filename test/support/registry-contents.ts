import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

const TABLES = [
  'institution',
  'institution_attribute',
  'building',
  'zone',
  'collector',
  'meter',
  'meter_multiplier',
  'meter_share',
  'meter_event',
  'quota',
  'audit',
  'replay_request',
  'registry_state',
] as const satisfies readonly (keyof Database)[];

/** All rows of what an import may change, by table, in an order of their own: two registries alike give the same. */
export async function registryContents(db: Kysely<Database>): Promise<Record<string, string[]>> {
  const contents: Record<string, string[]> = {};
  for (const table of TABLES) {
    const rows = await db.selectFrom(table).selectAll().execute();
    contents[table] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return contents;
}
