import { Client } from 'pg';
import type { Kysely } from 'kysely';

import { openRegistry, type RegistryPlace } from '../../app/open-registry.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { postgresUrl } from './postgres.ts';
import type { RegistryServer } from './registry-server.ts';

/** Databases of this test file that nobody uses now, in the order in which they were made. */
const free: string[] = [];
let made = 0;

/** An empty registry on the server: a database used before with its rows taken out, or a copy of the template. */
export async function openPostgresRegistry(
  server: RegistryServer,
): Promise<{ db: Kysely<Database>; place: RegistryPlace; close(): Promise<void> }> {
  const name = free.pop() ?? (await copyOf(server));
  const place: RegistryPlace = { kind: 'postgres', url: postgresUrl(server.port, name) };
  const db = await openRegistry(place);
  return {
    db,
    place,
    close: async () => {
      await db.destroy();
      await asSuperuser(server, name, WITHOUT_ROWS);
      free.push(name);
    },
  };
}

// Copying a database takes ten times as long as emptying one. Rows that migrations themselves put there stand in the
// template's copy only, but for the one of the revision.
const WITHOUT_ROWS = `
do $$
declare
  one record;
begin
  set local session_replication_role = replica;
  for one in select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%' and tablename <> 'registry_state' loop
    execute format('delete from %I', one.name);
  end loop;
  for one in select sequencename as name from pg_sequences where schemaname = 'public' loop
    perform setval(format('public.%I', one.name), 1, false);
  end loop;
  update registry_state set revision = 0;
end $$`;

async function copyOf(server: RegistryServer): Promise<string> {
  const name = `registry-${process.pid}-${performance.timeOrigin}-${made++}`;
  await asSuperuser(server, 'postgres', `create database "${name}" owner jieneng template "${server.template}"`);
  return name;
}

async function asSuperuser(server: RegistryServer, database: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: postgresUrl(server.port, database, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
