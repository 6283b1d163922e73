import { createHash } from 'node:crypto';

import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { createCollector } from '../../../services/registry/collectors.ts';
import { createMqttReader } from '../../../services/registry/mqtt-readers.ts';
import { intakeSnapshot, meterSnapshot } from '../../../services/registry/gateway-snapshot.ts';
import { createInstitution, getInstitution, listInstitutions } from '../../../services/registry/institutions.ts';
import { createMeter, listMeters } from '../../../services/registry/meters.ts';
import { listRegions, seedRegions } from '../../../services/registry/regions.ts';
import { usageMeters } from '../../../services/registry/usage-meters.ts';
import type { Scope } from '../../../services/scope.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { openRegistry } from '../../support/open-registry.ts';

const change = { userId: null, nowMs: 1 };
const ALL: Scope = { kind: 'all' };
const DATE = '2026-05-15';

let registry: Awaited<ReturnType<typeof openRegistry>>;
let db: Kysely<Database>;
beforeEach(async () => {
  registry = await openRegistry();
  db = registry.db;
  await createCollector(db, { id: 'c1', name: '采集器' }, change, 'demo-token');
});
afterEach(() => registry.close());

async function addInstitution(id: string, regionCode: string, reportsTo?: string): Promise<void> {
  const input = { id, name: id, type: 'agency', regionCode, reportsTo, areaM2: 100, headcount: 10 };
  await createInstitution(db, input, change);
}

test('regions: seeding again changes nothing, not even a name that was edited', async () => {
  await db.updateTable('region').set({ name_en: 'Kundulun' }).where('code', '=', '150203').execute();
  await seedRegions(db);
  const regions = await listRegions(db);
  expect(regions).toHaveLength(11);
  expect(regions.find((region) => region.code === '150203')?.name_en).toBe('Kundulun');
});

test.each([
  ['the whole', ALL, ['city-unit', 'district-unit', 'elsewhere', 'town-unit']],
  ['a district and the towns below it', { kind: 'region', regionCode: '150203' }, ['district-unit', 'town-unit']],
  ['a town', { kind: 'region', regionCode: '150203001' }, ['town-unit']],
  [
    'the city as supervisor',
    { kind: 'region', regionCode: '150200' },
    ['city-unit', 'district-unit', 'elsewhere', 'town-unit'],
  ],
  ['one institution', { kind: 'institution', institutionId: 'elsewhere' }, ['elsewhere']],
  ['a region that does not exist', { kind: 'region', regionCode: '999999' }, []],
] as [string, Scope, string[]][])('scope: %s', async (_name, scope, want) => {
  await db
    .insertInto('region')
    .values({ code: '150203001', name_zh: '少先路街道', name_en: 'x', kind: 'subdistrict', parent_code: '150203' })
    .execute();
  await addInstitution('city-unit', '150203', '150200');
  await addInstitution('district-unit', '150203');
  await addInstitution('town-unit', '150203001');
  await addInstitution('elsewhere', '150204');
  expect((await listInstitutions(db, scope, { date: DATE })).map((institution) => institution.id)).toEqual(want);
});

test('institutions: figures are those in force on the date asked for', async () => {
  await addInstitution('office', '150203');
  await db.updateTable('institution_attribute').set({ valid_to: '2026-01-01' }).where('name', '=', 'areaM2').execute();
  await db
    .insertInto('institution_attribute')
    .values({ institution_id: 'office', name: 'areaM2', value: 250, valid_from: '2026-01-01', valid_to: null })
    .execute();
  expect(await getInstitution(db, ALL, 'office', '2025-12-31')).toMatchObject({ areaM2: 100, headcount: 10 });
  expect(await getInstitution(db, ALL, 'office', '2026-01-01')).toMatchObject({ areaM2: 250, headcount: 10 });
});

test('readers of alerts: what the gateway is told follows the registry, and names are shared with collectors', async () => {
  await addInstitution('office', '150203');
  const one = await createMqttReader(db, { id: 'one', name: 'x', institutionId: 'office' }, change);
  await createMqttReader(db, { id: 'district', name: 'x', regionCode: '150203' }, change);
  await createMqttReader(db, { id: 'city', name: 'x' }, change);
  await addInstitution('school', '150203');
  expect((await intakeSnapshot(db)).readers).toEqual([
    { id: 'city', tokenHash: expect.any(String), institutions: 'all' },
    { id: 'district', tokenHash: expect.any(String), institutions: ['office', 'school'] },
    { id: 'one', tokenHash: createHash('sha256').update(one.token).digest('hex'), institutions: ['office'] },
  ]);
  await expect(createCollector(db, { id: 'one', name: 'x' }, change)).rejects.toMatchObject({ code: 'conflict' });
  await expect(createMqttReader(db, { id: 'one', name: 'x' }, change)).rejects.toMatchObject({ code: 'conflict' });
  await expect(createMqttReader(db, { id: 'two', name: 'x', institutionId: 'nobody' }, change)).rejects.toMatchObject({
    code: 'bad-request',
  });
});

test('collectors: a made token has 256 bits and is never the same', async () => {
  const [one, two] = [
    await createCollector(db, { id: 'c2', name: 'x' }, change),
    await createCollector(db, { id: 'c3', name: 'x' }, change),
  ];
  expect(Buffer.from(one.token, 'base64url')).toHaveLength(32);
  expect(one.token).not.toBe(two.token);
});

test('a refused change leaves nothing behind, not even in the audit trail', async () => {
  await addInstitution('office', '150203');
  const before = await db.selectFrom('audit').selectAll().execute();
  const meter = { id: 'm1', institutionId: 'office', collectorId: 'nobody', medium: 'water' } as const;
  await expect(createMeter(db, meter, change)).rejects.toMatchObject({ code: 'bad-request' });
  expect(await db.selectFrom('meter').selectAll().execute()).toEqual([]);
  expect(await db.selectFrom('audit').selectAll().execute()).toEqual(before);
});

test('many changes can share one transaction, and fail as one', async () => {
  await addInstitution('office', '150203');
  const meter = (id: string) => ({ id, institutionId: 'office', collectorId: 'c1', medium: 'water' }) as const;
  const both = db.transaction().execute(async (trx) => {
    await createMeter(trx, meter('m1'), change);
    await createMeter(trx, meter('m1'), change);
  });
  await expect(both).rejects.toMatchObject({ code: 'conflict' });
  expect(await db.selectFrom('meter').selectAll().execute()).toEqual([]);
});

test('meters: parents that run in a circle are noticed', async () => {
  await addInstitution('office', '150203');
  const meter = { institutionId: 'office', collectorId: 'c1', medium: 'water' } as const;
  await createMeter(db, { ...meter, id: 'a' }, change);
  await createMeter(db, { ...meter, id: 'b', parentId: 'a' }, change);
  await db.updateTable('meter').set({ parent_id: 'b' }).where('id', '=', 'a').execute();
  await expect(createMeter(db, { ...meter, id: 'c', parentId: 'b' }, change)).rejects.toThrow('run in a circle');
});

test('meters: of two institutions, seen by both and listed once', async () => {
  await addInstitution('office', '150203');
  await addInstitution('court', '150204');
  await createMeter(db, { id: 'm1', institutionId: 'office', collectorId: 'c1', medium: 'water' }, change);
  await createMeter(db, { id: 'm2', institutionId: 'office', collectorId: 'c1', medium: 'water' }, change);
  await db.updateTable('meter_share').set({ share: 0.3 }).where('meter_id', '=', 'm1').execute();
  const share = { meter_id: 'm1', ordinal: 1, institution_id: 'court', zone_id: null, sub_item: null, share: 0.7 };
  await db
    .insertInto('meter_share')
    .values({ ...share, valid_from: '1970-01-01', valid_to: null })
    .execute();
  const seen = async (scope: Scope) =>
    (await listMeters(db, scope, { date: DATE })).map((meter) => `${meter.id} ${meter.institutionId}`);
  expect(await seen(ALL)).toEqual(['m1 court', 'm2 office']);
  expect(await seen({ kind: 'institution', institutionId: 'office' })).toEqual(['m1 office', 'm2 office']);
  expect(await seen({ kind: 'institution', institutionId: 'court' })).toEqual(['m1 court']);
  expect(await listMeters(db, ALL, { date: DATE, limit: 1 })).toHaveLength(1);
});

test('meters: one handed over is seen by who has it on the date', async () => {
  await addInstitution('office', '150203');
  await addInstitution('court', '150204');
  await createMeter(db, { id: 'm1', institutionId: 'office', collectorId: 'c1', medium: 'water' }, change);
  await db.updateTable('meter_share').set({ valid_to: '2026-01-01' }).execute();
  const share = { meter_id: 'm1', ordinal: 0, institution_id: 'court', zone_id: null, sub_item: null, share: 1 };
  await db
    .insertInto('meter_share')
    .values({ ...share, valid_from: '2026-01-01', valid_to: null })
    .execute();
  const office: Scope = { kind: 'institution', institutionId: 'office' };
  expect(await listMeters(db, office, { date: '2025-12-31' })).toHaveLength(1);
  expect(await listMeters(db, office, { date: '2026-01-01' })).toEqual([]);
});

test('snapshots: what the gateway and usage need, temperature points for the gateway alone', async () => {
  await addInstitution('office', '150203');
  const meter = { institutionId: 'office', collectorId: 'c1' };
  const main = { ...meter, id: 'main', medium: 'heat' as const, registerUnit: 'MWh', multiplier: 40 };
  await createMeter(db, { ...main, registerModulus: 100_000, ratedMaximum: 5 }, change);
  await createMeter(db, { ...meter, id: 'sub', medium: 'heat', parentId: 'main', expectedIntervalS: 3600 }, change);
  await createMeter(db, { ...meter, id: 'room', medium: 'temperature', measures: 'setpoint' }, change);
  expect(await intakeSnapshot(db)).toEqual({
    readers: [],
    // SHA-256 of `demo-token`
    collectors: [
      { id: 'c1', tokenHash: '7c43ef5ae21d43ce2743f770c68e24def1a43ee2f416d2438410c8af7af2ff2c', gateway: null },
    ],
    bindings: [],
  });
  expect(await meterSnapshot(db, createZone('Asia/Shanghai'))).toEqual({
    collectorIds: ['c1'],
    bindings: [],
    meters: [
      { id: 'main', collectorId: 'c1', medium: 'heat', registerUnit: 'MWh' },
      { id: 'room', collectorId: 'c1', medium: 'temperature', registerUnit: '°C' },
      { id: 'sub', collectorId: 'c1', medium: 'heat', registerUnit: 'GJ' },
    ],
  });
  expect(await usageMeters(db)).toEqual([
    {
      id: 'main',
      medium: 'heat',
      registerUnit: 'MWh',
      registerModulus: 100_000,
      ratedMaximum: 5,
      expectedIntervalS: 900,
      parentId: null,
      multipliers: [{ multiplier: 40, validFrom: '1970-01-01', validTo: null }],
      shares: [{ institutionId: 'office', subItem: null, share: 1, validFrom: '1970-01-01', validTo: null }],
    },
    expect.objectContaining({ id: 'sub', parentId: 'main', expectedIntervalS: 3600, ratedMaximum: null }),
  ]);
});

test('usage: what is given to outside or made on the roof counts for no institution', async () => {
  await addInstitution('office', '150203');
  const meter = { institutionId: 'office', collectorId: 'c1', medium: 'electricity' as const };
  for (const direction of ['import', 'export', 'pv'] as const) {
    await createMeter(db, { ...meter, id: direction, direction }, change);
  }
  expect((await usageMeters(db)).map(({ id, shares }) => [id, shares.length])).toEqual([
    ['export', 0],
    ['import', 1],
    ['pv', 0],
  ]);
});
