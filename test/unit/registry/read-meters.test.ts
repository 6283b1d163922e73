import type { Kysely } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import { createCollector } from '../../../services/registry/collectors.ts';
import { createInstitution } from '../../../services/registry/institutions.ts';
import { addLifeEntry } from '../../../services/registry/meter-life.ts';
import { createMeter } from '../../../services/registry/meters.ts';
import { meterSnapshot } from '../../../services/registry/gateway-snapshot.ts';
import { createMeterReader } from '../../../services/registry/read-meters.ts';
import { usageMeters } from '../../../services/registry/usage-meters.ts';
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

test('after a reading that failed all is read again', async () => {
  const read = createMeterReader(db, zone);
  await read();
  await addMeter('m3');
  await db.schema.alterTable('meter_share').renameTo('away').execute();
  await expect(read()).rejects.toThrow();
  await db.schema.alterTable('away').renameTo('meter_share').execute();
  await expectAll(read);
});
