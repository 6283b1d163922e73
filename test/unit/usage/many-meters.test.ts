import { afterEach, beforeEach, expect, test } from 'vitest';

import { PlatformError } from '../../../domain/errors.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import { createZone } from '../../../domain/zone.ts';
import { createMaterialiser, type UsageChange } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';

const zone = createZone('Asia/Shanghai');
const HOUR = 3_600_000;
const start = zone.at(2026, 3, 30);
const END = start + 10 * 24 * HOUR;
const FOREVER: [number, number] = [0, Date.UTC(2090, 0, 1)];
const MOST = 2n ** 63n - 1n;

let store: SeriesStore;
beforeEach(async () => {
  store = await openDuckdbStore({ file: ':memory:' });
});
afterEach(() => store.close());

function meter(id: string, over: Partial<UsageMeter> = {}): UsageMeter {
  return {
    id,
    medium: 'electricity',
    registerUnit: 'kWh',
    registerModulus: null,
    ratedMaximum: null,
    expectedIntervalS: 900,
    parentId: null,
    multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
    shares: [{ institutionId: 'school', subItem: null, share: 1, validFrom: '1970-01-01', validTo: null }],
    ...over,
  };
}

const sharedBy = (institutionId: string, share = 1): UsageMeter['shares'] => [
  { institutionId, subItem: null, share, validFrom: '1970-01-01', validTo: null },
];

function reading(id: string, observedAtMs: number, value: number): ReadingRow {
  return { meter: id, metric: 'total', observedAtMs, value, receivedAtMs: observedAtMs, flags: 0, position: 1 };
}

/** Registers that rise by one an hour from the start. */
function rising(ids: readonly string[], fromHour: number, hours: number): ReadingRow[] {
  return Array.from({ length: hours }, (_, hour) =>
    ids.map((id) => reading(id, start + (fromHour + hour) * HOUR, fromHour + hour)),
  ).flat();
}

/** The store, its calls counted by name; `refuse` may throw what a call fails with. */
function watched(refuse: (name: string, args: readonly unknown[]) => void = () => undefined) {
  const calls: string[] = [];
  const target = new Proxy(store, {
    get(inner, name) {
      const member: unknown = Reflect.get(inner, name);
      if (typeof member !== 'function') return member;
      return async (...args: unknown[]): Promise<unknown> => {
        calls.push(String(name));
        refuse(String(name), args);
        return (await Reflect.apply(member, inner, args)) as unknown;
      };
    },
  });
  return { target, calls };
}

const totalOf = async (institution: string): Promise<bigint | undefined> =>
  (await store.institutionUsage('month', [institution], ...FOREVER))[0]?.micro;

test('a start asks the store as often for 300 meters as for 3, a registry change not at all', async () => {
  const counts: number[][] = [];
  for (const size of [3, 300]) {
    const meters = Array.from({ length: size }, (_, index) => meter(`${size}-${index}`));
    const ids = meters.map(({ id }) => id);
    const { target, calls } = watched();
    const runs: number[] = [];
    const run = async (materialiser: ReturnType<typeof createMaterialiser>, fromHour: number): Promise<void> => {
      await store.writeReadings(rising(ids, fromHour, 2));
      calls.length = 0;
      expect(await materialiser.run()).toBe(true);
      expect((await store.meterUsage('month', ids, ...FOREVER)).map(({ micro }) => micro)).toEqual(
        ids.map(() => BigInt(fromHour + 1) * 1_000_000n),
      );
      runs.push(calls.length);
    };
    const now = (): number => start + 13 * HOUR;
    const first = createMaterialiser(target, zone, now);
    first.useMeters(meters);
    await run(first, 0);
    await run(first, 2);
    const restarted = createMaterialiser(target, zone, now);
    restarted.useMeters(meters);
    await run(restarted, 4);
    await run(restarted, 6);
    restarted.useMeters(structuredClone(meters));
    await run(restarted, 8);
    // One meter's multiplier was corrected: only it is looked up again, all others go on from memory.
    restarted.useMeters(meters.map((m, index) => (index === 0 ? { ...m, ratedMaximum: 900 } : m)));
    await run(restarted, 10);
    expect(runs[4]).toBe(runs[3]);
    counts.push(runs);
  }
  expect(counts[1]).toEqual(counts[0]);
  expect(Math.max(...counts[0]!)).toBeLessThan(25);
});

test('sums past 64 bits stop at the bound as estimated, and the others are counted', async () => {
  const meters = [
    meter('heap-1', { shares: sharedBy('hoarder') }),
    meter('heap-2', { shares: sharedBy('hoarder') }),
    meter('heap', { shares: sharedBy('one heap') }),
    meter('huge', { multipliers: [{ multiplier: 1e9, validFrom: '1970-01-01', validTo: null }] }),
    meter('plain', { shares: sharedBy('library') }),
  ];
  // Each step stays below what is suspect; tens of thousands of them within a day do not.
  const heaped = (id: string, count: number): ReadingRow[] =>
    Array.from({ length: count }, (_, index) => reading(id, start + index * 500, index * 99_000_000));
  await store.writeReadings([
    ...heaped('heap-1', 50_001),
    ...heaped('heap-2', 50_001),
    ...heaped('heap', 100_001),
    ...[-1e9, 1e9, -1e9, 1e9, 1e9].map((value, hour) => reading('huge', start + hour * HOUR, value)),
    ...rising(['plain'], 0, 24),
  ]);
  const materialiser = createMaterialiser(store, zone, () => END);
  materialiser.useMeters(meters);
  expect(await materialiser.run()).toBe(true);
  expect(materialiser.failure()).toBe('');
  expect(await totalOf('library')).toBe(23_000_000n);
  const [heap] = await store.meterUsage('day', ['heap'], ...FOREVER);
  expect(heap).toMatchObject({ micro: MOST, measuredMs: 0 });
  const [half] = await store.meterUsage('day', ['heap-1'], ...FOREVER);
  expect(half).toMatchObject({ micro: 50_000n * 99_000_000_000_000n, estimatedMs: 0 });
  for (const step of ['day', 'month'] as const) {
    const [sum] = await store.institutionUsage(step, ['hoarder'], ...FOREVER);
    expect(sum).toMatchObject({ micro: MOST, measuredMs: 0 });
    expect(sum!.estimatedMs).toBeGreaterThan(0);
  }
});

test('a meter that the store refuses is named and tried again; all others are counted meanwhile', async () => {
  const ids = ['a', 'b', 'c', 'd', 'e'];
  const meters = ids.map((id) => meter(id, { shares: sharedBy(`of-${id}`) }));
  let refused = 'c';
  const { target, calls } = watched((name, args) => {
    if (name !== 'replaceBaseUsage') return;
    if ((args[0] as { meter: string }[]).some((block) => block.meter === refused))
      throw new PlatformError('store-rejected', 'bigint out of int64 range');
  });
  let nowMs = END;
  const materialiser = createMaterialiser(target, zone, () => nowMs);
  materialiser.useMeters(meters);
  const changes: UsageChange[] = [];
  const run = (): Promise<boolean> => materialiser.run(async (change) => void changes.push(change));

  await store.writeReadings(rising(ids, 0, 4));
  expect(await run()).toBe(true);
  expect(materialiser.failure()).toBe('Usage of meter c: bigint out of int64 range');
  expect(await Promise.all(ids.map((id) => totalOf(`of-${id}`)))).toEqual([3n, 3n, undefined, 3n, 3n].map(inMicro));
  expect([...changes[0]!.institutions.keys()].sort()).toEqual(['of-a', 'of-b', 'of-d', 'of-e']);

  // Others go on at the cost of a healthy run, while the failure waits for its time.
  await store.writeReadings(rising(ids, 4, 1));
  calls.length = 0;
  expect(await run()).toBe(true);
  expect(calls.filter((name) => name === 'replaceBaseUsage')).toHaveLength(1);
  expect(await Promise.all(ids.map((id) => totalOf(`of-${id}`)))).toEqual([4n, 4n, undefined, 4n, 4n].map(inMicro));
  expect(await run()).toBe(false);
  expect(materialiser.failure()).toContain('meter c');

  // Not forgotten by a process that starts now …
  const restarted = createMaterialiser(store, zone, () => nowMs);
  restarted.useMeters(meters);
  expect((await store.touchedSince(0)).ranges).toEqual([{ meter: 'c', fromMs: start, toMs: start }]);

  // … nor by this one.
  refused = '';
  nowMs += 60_000;
  expect(await run()).toBe(true);
  expect(materialiser.failure()).toBe('');
  expect(await totalOf('of-c')).toBe(4_000_000n);
  expect((await store.touchedSince(0)).ranges).toEqual([]);
});

test('an institution whose share is no number fails alone', async () => {
  const meters = [
    meter('a'),
    meter('b', { shares: sharedBy('broken', Number.NaN) }),
    meter('c', { shares: sharedBy('library') }),
  ];
  await store.writeReadings(rising(['a', 'b', 'c'], 0, 4));
  let nowMs = END;
  const materialiser = createMaterialiser(store, zone, () => nowMs);
  materialiser.useMeters(meters);
  await materialiser.run();
  expect(materialiser.failure()).toMatch(/^Usage of institution broken: /);
  expect(await totalOf('school')).toBe(3_000_000n);
  expect(await totalOf('library')).toBe(3_000_000n);
  materialiser.useMeters(meters.map((m) => (m.id === 'b' ? { ...m, shares: sharedBy('broken', 0.5) } : m)));
  nowMs += 60_000;
  await materialiser.run();
  expect(materialiser.failure()).toBe('');
  expect(await totalOf('broken')).toBe(1_500_000n);
});

test('a store that is away fails the run as a whole, and nothing is forgotten', async () => {
  const ids = ['a', 'b', 'c'];
  let isAway = true;
  const { target, calls } = watched((name) => {
    if (!isAway || name === 'touchedSince') return;
    if (name === 'health') return;
    throw new PlatformError('store-unavailable', 'away', { retryable: true });
  });
  const materialiser = createMaterialiser(target, zone, () => END);
  materialiser.useMeters(ids.map((id) => meter(id)));
  await store.writeReadings(rising(ids, 0, 4));
  await expect(materialiser.run()).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(calls.length).toBeLessThan(12);
  isAway = false;
  await materialiser.run();
  expect(await totalOf('school')).toBe(9_000_000n);
});

function inMicro(units: bigint | undefined): bigint | undefined {
  return units === undefined ? undefined : units * 1_000_000n;
}
