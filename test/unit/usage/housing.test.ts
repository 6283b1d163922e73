import { afterEach, beforeEach, expect, test } from 'vitest';

import { createMaterialiser, type Materialiser, type UsageChange } from '../../../services/usage/materialise.ts';
import type { MeterShare, UsageMeter } from '../../../services/usage/meter-config.ts';
import { noteUsageChange, pendingUsageChanges } from '../../../services/usage/usage-changes.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { openRegistry } from '../../support/open-registry.ts';
import { LIFE_END_MS as END, LIFE_ZONE as zone, lifeOf, plainMeter, seededRandom } from '../../support/random-life.ts';

const KEYS = ['school', 'school:housing'];
const FAR: [number, number] = [0, Date.UTC(2090, 0, 1)];
const random = seededRandom(4);
const [main, below] = [lifeOf('main', random), lifeOf('below', random)];
const rows = [...main.rows, ...below.rows];

let stores: SeriesStore[];
beforeEach(() => {
  stores = [];
});
afterEach(() => Promise.all(stores.map((store) => store.close())));

async function open(): Promise<{ store: SeriesStore; materialiser: Materialiser }> {
  const store = await openDuckdbStore({ file: ':memory:' });
  stores.push(store);
  return { store, materialiser: createMaterialiser(store, zone, () => END) };
}
const sharesOf = (meter: UsageMeter, ...shares: (Partial<MeterShare> & { share: number })[]): UsageMeter => ({
  ...meter,
  shares: shares.map((share) => ({
    institutionId: 'school',
    subItem: null,
    validFrom: '1970-01-01',
    validTo: null,
    ...share,
  })),
});
async function sums(store: SeriesStore): Promise<string[]> {
  const out: string[] = [];
  for (const step of ['hour', 'day', 'month'] as const)
    for (const sum of await store.institutionUsage(step, KEYS, ...FAR))
      if (sum.micro !== 0n) out.push(`${step} ${Object.values(sum).join(' ')}`);
  return out.sort();
}
const totalOf = async (store: SeriesStore, key: string): Promise<bigint> =>
  (await store.institutionUsage('month', [key], ...FAR)).reduce((sum, { micro }) => sum + micro, 0n);

const before = [sharesOf(main.meter, { share: 1 }), sharesOf({ ...below.meter, parentId: 'main' }, { share: 1 })];
const changes: [string, UsageMeter[]][] = [
  ['a part of the main meter', [sharesOf(main.meter, { share: 0.5 }, { share: 0.5, housing: true }), before[1]!]],
  ['the meter below', [before[0]!, sharesOf(before[1]!, { share: 1, housing: true })]],
  [
    'the main meter from a day on',
    [
      sharesOf(main.meter, { share: 1, validTo: '2026-04-02' }, { share: 1, housing: true, validFrom: '2026-04-02' }),
      before[1]!,
    ],
  ],
];
test.each(changes)(
  'what becomes housing is counted as if it had always been so, and back: %s',
  async (_name, after) => {
    const changed = await open();
    changed.materialiser.useMeters(before);
    await changed.store.writeReadings(rows);
    await changed.materialiser.run();
    const whole = await totalOf(changed.store, 'school');
    const asBefore = await sums(changed.store);
    expect(await totalOf(changed.store, 'school:housing')).toBe(0n);

    const told: UsageChange[] = [];
    changed.materialiser.useMeters(after);
    await changed.materialiser.run(async (change) => void told.push(change));
    expect([...told[0]!.institutions.keys()].sort()).toEqual(KEYS);
    const fresh = await open();
    fresh.materialiser.useMeters(after);
    await fresh.store.writeReadings(rows);
    await fresh.materialiser.run();
    expect(await sums(changed.store)).toEqual(await sums(fresh.store));
    const [own, housing] = await Promise.all(KEYS.map((key) => totalOf(changed.store, key)));
    expect(housing).not.toBe(0n);
    expect(own! + housing!).toBe(whole);

    changed.materialiser.useMeters(before);
    await changed.materialiser.run();
    expect(await sums(changed.store)).toEqual(asBefore);
  },
);

test('readings of housing that come late are followed by its sums, and by no rule or report of the institution', async () => {
  const { store, materialiser } = await open();
  const housing = sharesOf(main.meter, { share: 1, housing: true });
  materialiser.useMeters([housing, { ...plainMeter('other'), shares: [] }]);
  await store.writeReadings(main.rows.slice(0, 50));
  await materialiser.run();
  const first = await totalOf(store, 'school:housing');
  await store.writeReadings(main.rows.slice(50));
  const told: UsageChange[] = [];
  await materialiser.run(async (change) => void told.push(change));
  expect(await totalOf(store, 'school:housing')).not.toBe(first);
  expect(await totalOf(store, 'school')).toBe(0n);

  const registry = await openRegistry();
  await noteUsageChange(registry.db, zone, END, told[0]!);
  expect((await pendingUsageChanges(registry.db)).fromMs).toEqual(new Map());
  await registry.close();
});
