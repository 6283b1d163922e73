import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { changeMeter } from '../../../services/registry/change-meter.ts';
import { createCollector } from '../../../services/registry/collectors.ts';
import { createInstitution } from '../../../services/registry/institutions.ts';
import { addLifeEntry } from '../../../services/registry/meter-life.ts';
import { createMeter } from '../../../services/registry/meters.ts';
import { meterSnapshot } from '../../../services/registry/gateway-snapshot.ts';
import { createMeterReader } from '../../../services/registry/read-meters.ts';
import { usageMeters } from '../../../services/registry/usage-meters.ts';
import {
  changeVirtualMeter,
  createVirtualMeter,
  deleteVirtualMeter,
} from '../../../services/registry/virtual-meter-edits.ts';
import { changeZone, createZone as createZoneOf } from '../../../services/registry/zones.ts';
import type { Database } from '../../../storage/relational/schema.ts';
import { openRegistry, type TestRegistry } from '../../support/open-registry.ts';

const zone = createZone('Asia/Shanghai');
const change = { userId: null, nowMs: zone.at(2026, 5, 15) };
let registry: TestRegistry;
let db: Kysely<Database>;
beforeEach(async () => {
  registry = await openRegistry();
  ({ db } = registry);
  const office = { id: 'office', name: 'office', type: 'agency', regionCode: '150203', areaM2: 1000, headcount: 10 };
  await createInstitution(db, office, change);
  await createCollector(db, { id: 'c1', name: 'c1' }, change);
  for (const id of ['m1', 'm2']) await addMeter(id);
});
afterEach(() => registry.close());

const addMeter = (id: string): Promise<void> =>
  createMeter(db, { id, institutionId: 'office', collectorId: 'c1', medium: 'water' }, change);

const inOrder = <T extends { id: string }>(list: readonly T[]): T[] => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));

async function expectAll(read: ReturnType<typeof createMeterReader>): Promise<void> {
  const { snapshot, usage } = await read();
  const whole = await meterSnapshot(db, zone);
  expect({ ...snapshot, meters: inOrder(snapshot.meters) }).toEqual(whole);
  expect(inOrder(usage)).toEqual(await usageMeters(db));
}

test('what is read piece by piece is what stands there, after each change', async () => {
  const read = createMeterReader(db, zone);
  await expectAll(read);
  await addMeter('m0');
  await expectAll(read);
  await addLifeEntry(db, 'm1', { kind: 'multiplier', date: '2026-03-01', multiplier: 40 }, change, zone);
  await expectAll(read);
  await createCollector(db, { id: 'c2', name: 'c2' }, change);
  await expectAll(read);
  await expectAll(read);
});

test('a change by other means is read too, whatever was entered before it', async () => {
  const read = createMeterReader(db, zone);
  await read();
  await createCollector(db, { id: 'c2', name: 'c2' }, change);
  await read();
  await db.updateTable('meter').set({ address: '161' }).where('id', '=', 'm2').execute();
  await db.updateTable('registry_state').set({ revision: 1_000_000 }).execute();
  await expectAll(read);
});

test('meters follow the kind of the zone that their shares name, and virtual meters their terms', async () => {
  const read = createMeterReader(db, zone);
  const flats = { id: 'flats', institutionId: 'office', name: 'flats', kind: 'office' as const };
  await createZoneOf(db, flats, change);
  const shares = [
    { institutionId: 'office', zoneId: 'flats', share: 0.5 },
    { institutionId: 'office', share: 0.5 },
  ];
  await changeMeter(db, 'm1', { shares }, change, zone);
  await expectAll(read);
  const housingOf = async (): Promise<unknown> =>
    (await read()).usage.find(({ id }) => id === 'm1')?.shares.map(({ housing }) => housing);
  expect(await housingOf()).toEqual([undefined, undefined]);
  await changeZone(db, 'flats', { kind: 'residential' }, change);
  expect(await housingOf()).toEqual([true, undefined]);
  await expectAll(read);
  await changeZone(db, 'flats', { kind: 'canteen' }, change);
  expect(await housingOf()).toEqual([undefined, undefined]);

  const edit = { ...change, scope: { kind: 'all' as const }, date: '2026-05-15' };
  const terms = [{ meterId: 'm1', factor: 1 }];
  await createVirtualMeter(db, { id: 'm1a', name: 'v', institutionId: 'office', terms }, edit);
  await expectAll(read);
  await changeVirtualMeter(db, 'm1a', { terms: [{ meterId: 'm2', factor: -1 }], endedOn: '2026-06-01' }, edit);
  await expectAll(read);
  expect((await read()).usage.find(({ id }) => id === 'm1a')).toMatchObject({
    medium: 'water',
    shares: [],
    terms: [{ meterId: 'm2', factor: -1 }],
    endedOn: '2026-06-01',
  });
  await deleteVirtualMeter(db, 'm1a', edit);
  await expectAll(read);
  expect((await read()).usage.map(({ id }) => id).sort()).toEqual(['m1', 'm2']);
});

test('after a reading that failed all is read again', async () => {
  const read = createMeterReader(db, zone);
  await read();
  await addMeter('m3');
  await db.schema.alterTable('meter_share').renameTo('away').execute();
  await expect(read()).rejects.toThrow();
  await db.schema.alterTable('away').renameTo('meter_share').execute();
  await expectAll(read);
});
