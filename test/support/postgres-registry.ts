import { sql, type Kysely } from 'kysely';
import { Client } from 'pg';

import { openRegistry, type RegistryPlace } from '../../app/open-registry.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { postgresUrl } from './postgres.ts';
import type { RegistryServer } from './registry-server.ts';

interface Opened {
  db: Kysely<Database>;
  place: RegistryPlace;
  tables: number;
}

/** Registries of this process that no test uses now, with their connections: to make them takes long. */
const free: Opened[] = [];
let made = 0;

/** An empty registry on the server: a copy of the template, or one that a test has left, with its rows taken out. */
export async function openPostgresRegistry(server: RegistryServer): Promise<Opened & { close(): Promise<void> }> {
  const opened = free.pop() ?? (await openCopy(server));
  return {
    ...opened,
    close: async () => {
      const { rows } = await TABLES.execute(opened.db);
      // A test may have taken away a table.
      if (rows[0]?.count !== opened.tables) return opened.db.destroy();
      await WITHOUT_ROWS.execute(opened.db);
      free.push(opened);
    },
  };
}

const TABLES = sql<{ count: number }>`select count(*) as count from pg_tables where schemaname = 'public'`;

// What migrations themselves put there is the revision alone.
const WITHOUT_ROWS = sql`
do $$
declare
  one record;
begin
  set local session_replication_role = replica;
  for one in select tablename as name from pg_tables
    where schemaname = 'public' and tablename not like 'kysely%' and tablename <> 'registry_state' loop
    execute format('delete from %I', one.name);
  end loop;
  for one in select sequencename as name from pg_sequences where schemaname = 'public' and last_value is not null loop
    perform setval(format('public.%I', one.name), 1, false);
  end loop;
  update registry_state set revision = 0;
end $$`;

async function openCopy({ port, template }: RegistryServer): Promise<Opened> {
  const name = `registry-${process.pid}-${performance.timeOrigin}-${made++}`;
  const client = new Client({ connectionString: postgresUrl(port, 'postgres', 'postgres') });
  await client.connect();
  await client.query(`create database "${name}" owner jieneng template "${template}"`);
  await client.end();
  const place: RegistryPlace = { kind: 'postgres', url: postgresUrl(port, name) };
  const db = await openRegistry(place);
  const { rows } = await TABLES.execute(db);
  return { db, place, tables: rows[0]?.count ?? 0 };
}
