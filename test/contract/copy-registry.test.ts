import { join } from 'node:path';

import { sql, type Insertable, type Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { parseConfig } from '../../app/config.ts';
import { copyRegistryOf } from '../../app/copy-registry-of.ts';
import { copyRegistry } from '../../app/copy-registry.ts';
import { openRegistry, type RegistryPlace } from '../../app/open-registry.ts';
import { holdDatabase } from '../../storage/relational/postgres/hold-database.ts';
import { migrate } from '../../storage/relational/migrate.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { freePort } from '../support/free-port.ts';
import { isMissing } from '../support/is-missing.ts';
import { startPostgres, type Postgres } from '../support/postgres.ts';
import { tempFolder } from '../support/temp-folder.ts';

const office = { institution_id: 'office', valid_from: '2026-01-01' };
const reader = { name: 'c', token_hash: '00', created_at: 1, mosquitto_hash: null };
const collector = { ...reader, gateway: null };
const meter = {
  collector_id: 'c1',
  name: '总表',
  medium: 'electricity',
  measures: null,
  zone_kind: null,
  register_unit: 'kWh',
  register_modulus: 1e6,
  rated_maximum: 0.1,
  expected_interval_s: 900,
  created_at: 1,
  address: null,
  format: null,
};

/** Rows of every table; some refer to one that comes after them. */
const ROWS: { [Table in keyof Database]: Insertable<Database[Table]>[] } = {
  registry_state: [],
  region: [
    { code: '150203', name_zh: '昆都仑区', name_en: 'Kundulun', kind: 'district', parent_code: null },
    { code: '150200', name_zh: '包头市', name_en: 'Baotou', kind: 'city', parent_code: null },
  ],
  institution: [
    {
      id: 'office',
      name: '办公室\u2028',
      credit_code: null,
      type: 'agency',
      region_code: '150203',
      reports_to: '150200',
      department: null,
      liaison: null,
      rule_settings: '{"a":1}',
      created_at: 1_767_225_600_000,
    },
  ],
  institution_attribute: [{ ...office, name: 'areaM2', value: 1234.5678901, valid_to: null }],
  building: [
    {
      id: 'b1',
      institution_id: 'office',
      name: '主楼',
      building_class: 'A',
      built_year: 1999,
      heating_mode: null,
      area_m2: 0.1,
      ended_on: null,
      created_at: 1,
    },
  ],
  zone: [
    {
      id: 'z1',
      institution_id: 'office',
      building_id: 'b1',
      name: '机房',
      kind: 'server-room',
      area_m2: null,
      ended_on: null,
      created_at: 1,
    },
  ],
  collector: [{ id: 'c1', ...collector }],
  mqtt_reader: [{ id: 'r1', ...reader, institution_id: null, region_code: '150200' }],
  mqtt_client: [{ client_id: '', username: 'c1', first_seen_at: 1 }],
  meter: [
    { id: 'sub', ...meter, parent_id: null },
    { id: 'main', ...meter, parent_id: null, address: '000000000001', format: 'dlt645-2007' },
  ],
  meter_multiplier: [{ meter_id: 'main', multiplier: 60, valid_from: '1970-01-01', valid_to: null }],
  meter_share: [
    { meter_id: 'main', ordinal: 0, ...office, zone_id: 'z1', sub_item: 'A', share: 0.3, valid_to: null },
    { meter_id: 'main', ordinal: 1, ...office, zone_id: null, sub_item: null, share: 0.7, valid_to: null },
  ],
  meter_event: [
    {
      meter_id: 'main',
      kind: 'removal',
      at: 5,
      closing_register: 0.30000000000000004,
      opening_register: null,
      note: null,
      created_at: 1,
    },
  ],
  decision: [
    {
      id: 'd1',
      meter_id: 'main',
      kind: 'value',
      from_ms: 5,
      to_ms: null,
      register: 0.1 + 0.2,
      closing_register: null,
      opening_register: null,
      multiplier: null,
      reason: '示数误读',
      state: 'proposed',
      proposed_by: null,
      proposed_at: 6,
      decided_by: null,
      decided_at: null,
      decision_note: null,
      reversed_by: null,
      reversed_at: null,
      reversal_note: null,
    },
  ],
  manual_reading: [
    {
      id: 'r1',
      meter_id: 'main',
      at: 5,
      register: 12.5,
      source: 'photo',
      note: null,
      photo: Uint8Array.of(0, 255),
      photo_type: 'image/png',
      entered_by: null,
      entered_at: 6,
      withdrawn_by: null,
      withdrawn_at: null,
    },
  ],
  usage_finding: [
    {
      meter_id: 'main',
      kind: 'outlier',
      from_ms: 1,
      to_ms: 2,
      register_before: 1,
      register_after: null,
      noted_at: 3,
    },
  ],
  virtual_meter: [
    { id: 'v1', institution_id: 'office', name: '差值', medium: 'electricity', created_at: 1, ended_on: null },
  ],
  virtual_meter_term: [{ virtual_meter_id: 'v1', ordinal: 0, meter_id: 'main', factor: -1 }],
  tariff: [{ id: 'tou', name: '峰谷', medium: 'electricity', source: null, created_at: 1 }],
  tariff_version: [{ tariff_id: 'tou', valid_from: '2026-01-01', prices: '{}' }],
  institution_tariff: [{ institution_id: '', medium: 'electricity', valid_from: '2026-01-01', tariff_id: 'tou' }],
  coefficient_set: [{ valid_from: '2026-01-01', id: 'c', source: 's', factors: '{}', created_at: 1 }],
  outdoor_temperature: [{ region_code: '150200', date: '2026-01-01', mean_c: -11.5, source: 'csv' }],
  binding: [{ id: 'x', collector_id: null, topic: '+/x', format: 'tasmota', mapping: null, enabled: 1, created_at: 1 }],
  calendar: [{ ...office, settings: '{}' }],
  calendar_day: [{ institution_id: '', date: '2026-01-01', kind: 'rest', name: '元旦' }],
  quota: [{ institution_id: 'office', medium: 'water', year: 2026, annual_limit: 1, month_limits: '[]' }],
  app_user: [
    {
      id: 'u',
      username: 'u',
      password_hash: 'h',
      role: 'admin',
      institution_id: null,
      region_code: null,
      created_at: 1,
      failed_logins: 2,
      locked_until: null,
    },
  ],
  session: [{ id_hash: 'h', user_id: 'u', data: '{}', expires_at: 9 }],
  quarantine_message: Array.from({ length: 120 }, (_, position) => ({
    position: position * 2 ** 40,
    received_at: position,
    topic: `t/${position}`,
    collector: position % 2 === 0 ? null : 'c1',
    payload: Buffer.from([0, position, 255]),
  })),
  quarantine: Array.from({ length: 120 }, (_, position) => ({
    position: position * 2 ** 40,
    item_index: -1,
    reason: 'not-json',
    detail: '',
    meter: null,
  })),
  quarantine_evicted: [{ cause: 'age', messages: 3 }],
  replay_request: [
    { requested_at: 1, requested_by: 'u', filter: '{}', state: 'done', messages: 2, finished_at: 2, error: null },
  ],
  reading_sequence: [{ meter_id: 'main', seq: 2 ** 50, digest: 'd', observed_at: 1 }],
  heard_meter: [
    {
      collector: 'c1',
      named_by: 'id',
      name: 'm9',
      format: null,
      first_at: 1,
      last_at: 2,
      messages: 3,
      last_fields: '{}',
    },
  ],
  heard_collector: [{ name: 'c9', first_at: 1, last_at: 2, times: 3, client_id: '', address: '' }],
  sparkplug_birth: [{ collector: 'c1', node: 'g/n', device: '', received_at: 1, position: 2, metrics: '[]' }],
  sparkplug_node: [
    { collector: 'c1', node: 'g/n', online: 0, position: 2, sequence: null, gaps: 0, last_gap_at: null, last_at: 1 },
  ],
  alert: [
    {
      id: 'a1',
      rule: 'quota',
      article: 'Art. 15',
      institution_id: 'office',
      subject: 's',
      severity: 'warning',
      state: 'open',
      active_since: 1,
      cleared_at: null,
      limit_value: 1.5,
      value: 2.5,
      unit: 'kWh',
      waste_amount: 1,
      waste_unit: 'kWh',
      waste_kgce: 0.1229,
      addressed_to: 'bureau',
      evidence: '{}',
      acknowledged_by: null,
      acknowledged_at: null,
      updated_at: 1,
    },
  ],
  alert_event: [{ alert_id: 'a1', at: 1, kind: 'raised', user_id: null, note: null }],
  outbox: [{ channel: 'mqtt', alert_id: 'a1', created_at: 1, delivered_at: null, attempts: 4, last_error: 'x' }],
  usage_change: [{ institution_id: 'office', from_ms: 1, revision: 2 }],
  rule_state: [{ rule: 'quota', subject: 'office', month_start: 1, state: '{}' }],
  report: [
    {
      year: 2025,
      owner_kind: 'institution',
      owner_id: 'office',
      kind: 'institution',
      state: 'draft',
      figures: '{}',
      digest: 'd',
      made_at: 1,
      stale: 0,
    },
  ],
  job_run: [{ job: 'j', occasion: 'o', started_at: 1, ended_at: null, outcome: null }],
  audit: Array.from({ length: 1100 }, (_, at) => ({
    at,
    user_id: 'u',
    action: 'a',
    object: `o/${at}`,
    before: null,
    after: null,
  })),
};

const TABLES = Object.keys(ROWS) as (keyof Database)[];

async function fill(db: Kysely<Database>): Promise<void> {
  for (const table of TABLES) {
    for (const row of ROWS[table]) await db.insertInto(table).values(row).execute();
  }
  await db.updateTable('registry_state').set({ revision: 77 }).execute();
  await db.updateTable('region').set({ parent_code: '150200' }).where('code', '=', '150203').execute();
  await db.updateTable('meter').set({ parent_id: 'main' }).where('id', '=', 'sub').execute();
}

async function contentOf(db: Kysely<Database>, table: keyof Database): Promise<string[]> {
  const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(db);
  return rows.map((row) => JSON.stringify(Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();
}

describe.skipIf(isMissing('postgresql'))('from SQLite to PostgreSQL', () => {
  let server: Postgres;
  let end: () => Promise<void> = () => Promise.resolve();
  let source: RegistryPlace;

  beforeAll(async () => {
    server = await startPostgres({ onEnd: (stop) => (end = stop) });
  });
  afterAll(() => end());

  async function open(place: RegistryPlace): Promise<Kysely<Database>> {
    const db = await openRegistry(place);
    onTestFinished(() => db.destroy());
    return db;
  }

  test('every row of every table is there as it was, and ids go on behind them', async () => {
    source = { kind: 'sqlite', file: join(await tempFolder(), 'registry.sqlite') };
    const before = await open(source);
    await migrate(before);
    await before.transaction().execute(fill);
    const target: RegistryPlace = { kind: 'postgres', url: server.url };

    const copied = await copyRegistry(source, target);

    const after = await open(target);
    for (const table of TABLES) {
      const rows = await contentOf(before, table);
      expect(rows.length, table).toBeGreaterThan(0);
      expect(await contentOf(after, table), table).toEqual(rows);
    }
    expect(copied).toBe(Object.values(ROWS).flat().length + 1);
    const { id } = await after
      .insertInto('audit')
      .values({ at: 1, user_id: null, action: 'a', object: 'o', before: null, after: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    expect(id).toBe(1101);

    await expect(copyRegistry(source, target)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringMatching(/has rows already \(in institution\); copy into one that is new and empty/),
    });
  });

  test('what cannot be copied leaves the database as it was, and says in which table it is', async () => {
    const file = join(await tempFolder(), 'registry.sqlite');
    const before = await open({ kind: 'sqlite', file });
    await migrate(before);
    await before.transaction().execute(fill);
    // SQLite takes anything in any column.
    await sql`update job_run set started_at = 'yesterday'`.execute(before);
    const target: RegistryPlace = { kind: 'postgres', url: await server.createDatabase('damaged') };
    await expect(copyRegistry({ kind: 'sqlite', file }, target)).rejects.toMatchObject({
      code: 'store-rejected',
      message: expect.stringMatching(/^The table job_run could not be copied: .*yesterday/),
    });
    const after = await open(target);
    expect(await after.selectFrom('institution').select('id').execute()).toEqual([]);
    await sql`update job_run set started_at = 1`.execute(before);
    await copyRegistry({ kind: 'sqlite', file }, target);
  });

  test('the command holds both, and says what is missing', async () => {
    const DATA_DIR = await tempFolder();
    const url = await server.createDatabase('by-command');
    const command = (database?: string) => copyRegistryOf(parseConfig({ DATA_DIR, DATABASE_URL: database }));
    await expect(command()).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(/DATABASE_URL/),
    });
    await expect(command(url)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(/DATA_DIR/),
    });
    const before = await open({ kind: 'sqlite', file: join(DATA_DIR, 'registry.sqlite') });
    await migrate(before);
    const nothing = `postgresql://u:p@127.0.0.1:${await freePort()}/x`;
    await expect(command(nothing)).rejects.toMatchObject({ code: 'store-unavailable' });
    const other = holdDatabase(url, { onTaken: () => undefined });
    await other.held;
    const refused = command(url);
    await expect(Promise.race([refused, Promise.resolve('waiting')])).resolves.toBe('waiting');
    await other.release();
    expect(await refused).toBe(1);
  });
});
