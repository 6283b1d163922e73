import { sql, type Kysely } from 'kysely';

import { messageOf, PlatformError } from '../domain/errors.ts';
import { migrate } from '../storage/relational/migrate.ts';
import type { Database } from '../storage/relational/schema.ts';
import { openRegistry, type RegistryPlace } from './open-registry.ts';

/** What is copied, each after what it refers to; with the column that refers to the table itself, where it has one. */
const TABLES: Record<keyof Database, string | null> = {
  registry_state: null,
  region: 'parent_code',
  institution: null,
  institution_attribute: null,
  building: null,
  zone: null,
  collector: null,
  mqtt_reader: null,
  mqtt_client: null,
  meter: 'parent_id',
  meter_multiplier: null,
  meter_share: null,
  meter_event: null,
  decision: null,
  manual_reading: null,
  usage_finding: null,
  virtual_meter: null,
  virtual_meter_term: null,
  tariff: null,
  tariff_version: null,
  institution_tariff: null,
  coefficient_set: null,
  outdoor_temperature: null,
  binding: null,
  calendar: null,
  calendar_day: null,
  quota: null,
  app_user: null,
  session: null,
  quarantine_message: null,
  quarantine: null,
  quarantine_evicted: null,
  replay_request: null,
  reading_sequence: null,
  heard_meter: null,
  heard_collector: null,
  sparkplug_birth: null,
  sparkplug_node: null,
  alert: null,
  alert_event: null,
  outbox: null,
  usage_change: null,
  rule_state: null,
  report: null,
  job_run: null,
  audit: null,
};

/** What stands in a database at whose address a platform has only just been started, or not even that. */
const MAY_HAVE_ROWS: ReadonlySet<string> = new Set(['registry_state', 'region']);
/** A message in quarantine may be a mebibyte. */
const MESSAGES_AT_ONCE = 50;
const ROWS_AT_ONCE = 500;

type Row = Record<string, unknown>;

/**
 * Copies the registry of a file to an empty database on PostgreSQL, in one transaction: all of it or nothing. Tells how
 * many rows there were. Neither may be in use. Throws PlatformError `conflict` where the database is not empty.
 */
export async function copyRegistry(from: RegistryPlace, to: RegistryPlace): Promise<number> {
  const [source, target] = [await openRegistry(from), await openRegistry(to)];
  try {
    await migrate(source);
    await migrate(target);
    return await target.transaction().execute((trx) => copyAll(source, trx));
  } finally {
    await source.destroy();
    await target.destroy();
  }
}

async function copyAll(source: Kysely<Database>, target: Kysely<Database>): Promise<number> {
  const tables = Object.keys(TABLES) as (keyof Database)[];
  for (const table of tables) await requireEmpty(target, table);
  await target.deleteFrom('region').execute();
  await target.deleteFrom('registry_state').execute();
  let copied = 0;
  for (const table of tables) {
    try {
      copied += await copyTable(source, target, table);
    } catch (error) {
      if (error instanceof PlatformError && error.retryable) throw error;
      throw new PlatformError('store-rejected', `The table ${table} could not be copied: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  return copied;
}

async function requireEmpty(target: Kysely<Database>, table: keyof Database): Promise<void> {
  if (MAY_HAVE_ROWS.has(table)) return;
  const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(target);
  if (rows.length === 0) return;
  throw new PlatformError(
    'conflict',
    `The database at DATABASE_URL has rows already (in ${table}); copy into one that is new and empty`,
  );
}

async function copyTable(source: Kysely<Database>, target: Kysely<Database>, table: keyof Database): Promise<number> {
  const toItself = TABLES[table];
  const atOnce = table === 'quarantine_message' ? MESSAGES_AT_ONCE : ROWS_AT_ONCE;
  let copied = 0;
  for (let behind = Number.MIN_SAFE_INTEGER; ;) {
    const { rows } = await sql<Row & { copied_row: number }>`
      select rowid as copied_row, * from ${sql.table(table)}
      where rowid > ${behind} order by rowid limit ${atOnce}`.execute(source);
    if (rows.length === 0) break;
    behind = rows.at(-1)!.copied_row;
    copied += rows.length;
    for (const row of rows as Row[]) {
      delete row['copied_row'];
      if (toItself !== null) row[toItself] = null;
    }
    await target.insertInto(table).values(rows).execute();
  }
  if (toItself !== null) await copyReferences(source, target, table, toItself);
  await continueIds(target, table);
  return copied;
}

// A row may refer to one that comes after it.
async function copyReferences(
  source: Kysely<Database>,
  target: Kysely<Database>,
  table: keyof Database,
  column: string,
): Promise<void> {
  const key = table === 'region' ? 'code' : 'id';
  const { rows } = await sql<{ key: string; value: string }>`
    select ${sql.ref(key)} as key, ${sql.ref(column)} as value from ${sql.table(table)}
    where ${sql.ref(column)} is not null`.execute(source);
  for (const { key: id, value } of rows) {
    await sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} where ${sql.ref(key)} = ${id}`.execute(
      target,
    );
  }
}

// Ids that count up go on behind those that were copied.
async function continueIds(target: Kysely<Database>, table: keyof Database): Promise<void> {
  await sql`
    do $$
    begin
      if pg_get_serial_sequence(${sql.lit(table)}, 'id') is not null then
        perform setval(pg_get_serial_sequence(${sql.lit(table)}, 'id'),
          (select coalesce(max(id), 0) + 1 from ${sql.table(table)}), false);
      end if;
    exception when undefined_column then
      null;
    end $$`.execute(target);
}
