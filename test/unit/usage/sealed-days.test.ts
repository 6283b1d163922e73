import { expect, onTestFinished, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import { createMaterialiser, type Materialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { createUsageReader } from '../../../services/usage/read-usage.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { plainMeter } from '../../support/random-life.ts';

const zone = createZone('Asia/Shanghai');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = zone.at(2026, 4, 1);
const FAR: [number, number] = [0, Date.UTC(2090, 0, 1)];
const EACH: [number, number] = [T0 - DAY, T0 + 31 * DAY];

const meter: UsageMeter = { ...plainMeter('m'), registerModulus: null };

function reading(atMs: number, value: number, position = 1, id = 'm'): ReadingRow {
  return { meter: id, metric: 'total', observedAtMs: atMs, value, receivedAtMs: atMs, flags: 0, position };
}

/** Readings every half hour of days from T0 on, 1 kWh an hour; some left out. */
function days(count: number, isThere: (atMs: number) => boolean = () => true): ReadingRow[] {
  return Array.from({ length: count * 48 + 1 }, (_, n) => reading(T0 + (n * HOUR) / 2, n / 2)).filter(
    ({ observedAtMs }) => isThere(observedAtMs),
  );
}

interface World {
  store: SeriesStore;
  clock: { nowMs: number };
  materialiser: Materialiser;
  /** What the ledger has, in short: day, before, after, when. */
  ledger(): Promise<string[]>;
}

async function world(rows: readonly ReadingRow[], nowMs: number, meters: UsageMeter[] = [meter]): Promise<World> {
  const store = await openDuckdbStore({ file: ':memory:' });
  onTestFinished(() => store.close());
  const clock = { nowMs };
  const materialiser = createMaterialiser(store, zone, () => clock.nowMs);
  materialiser.useMeters(meters);
  await store.writeReadings(rows);
  await materialiser.run();
  const kwh = (micro: bigint | null): string => (micro === null ? '-' : String(Number(micro) / 1e6));
  return {
    store,
    clock,
    materialiser,
    ledger: async () =>
      (await store.dayChanges(['m', 'n'], ...FAR)).map(
        (one) =>
          `${one.meter} ${zone.date(one.dayMs)} ${kwh(one.microBefore)} ${one.qualityBefore} -> ${kwh(one.microAfter)} ${one.qualityAfter} ${(one.changedAtMs - T0) / HOUR}`,
      ),
  };
}

test('late data that changes a sealed day is listed with before and after, once', async () => {
  const { store, clock, materialiser, ledger } = await world(
    days(3, (at) => at !== T0 + 30 * HOUR),
    T0 + 3 * DAY,
  );
  expect(await ledger()).toEqual([]);
  // Where it lies on the line the day's amount does not change; off it two hours and no day do.
  await store.writeReadings([reading(T0 + 30 * HOUR, 29.8)]);
  await materialiser.run();
  expect(await ledger()).toEqual([]);

  clock.nowMs += 5 * HOUR;
  await store.writeReadings([reading(T0 + 2 * DAY, 47.5, 2)]);
  await materialiser.run();
  const want = ['m 2026-04-02 24 measured -> 23.5 measured 77', 'm 2026-04-03 24 measured -> 24.5 measured 77'];
  expect(await ledger()).toEqual(want);

  // The same again, and a rebuild: nothing more.
  await store.writeReadings([reading(T0 + 2 * DAY, 47.5, 3)]);
  await materialiser.run();
  await store.dropUsage();
  await materialiser.run();
  expect(await ledger()).toEqual(want);

  // A change back is a change.
  clock.nowMs += HOUR;
  await store.writeReadings([reading(T0 + 2 * DAY, 48, 4)]);
  await materialiser.run();
  expect(await ledger()).toEqual([
    want[0],
    'm 2026-04-02 23.5 measured -> 24 measured 78',
    want[1],
    'm 2026-04-03 24.5 measured -> 24 measured 78',
  ]);
});

const unsealed: { name: string; rows: ReadingRow[]; nowMs: number; late: ReadingRow }[] = [
  { name: 'is not over', rows: days(1), nowMs: T0 + 23 * HOUR, late: reading(T0 + DAY, 24.5, 2) },
  {
    name: 'begins before the first reading',
    rows: days(2, (at) => at >= T0 + 6 * HOUR),
    nowMs: T0 + 2 * DAY,
    late: reading(T0 + HOUR, 1, 2),
  },
  {
    name: 'has no reading behind its end',
    rows: days(2, (at) => at < T0 + 47.5 * HOUR),
    nowMs: T0 + 3 * DAY,
    late: reading(T0 + 47.75 * HOUR, 48, 2),
  },
  {
    name: 'ends before readings that are suspect yet',
    rows: [...days(2, (at) => at < T0 + 2 * DAY), reading(T0 + 2 * DAY + HOUR, 2)],
    nowMs: T0 + 3 * DAY,
    late: reading(T0 + 2 * DAY + 2 * HOUR, 51, 2),
  },
];
for (const { name, rows, nowMs, late } of unsealed)
  test(`a day is not sealed that ${name}`, async () => {
    const { store, materialiser, ledger } = await world(rows, nowMs);
    const before = await store.meterUsage('day', ['m'], ...EACH);
    await store.writeReadings([late]);
    await materialiser.run();
    expect(await store.meterUsage('day', ['m'], ...EACH)).not.toEqual(before);
    expect(await ledger()).toEqual([]);
  });

test('live data enters nothing into the ledger, and does not look at the days that stand', async () => {
  const store = await openDuckdbStore({ file: ':memory:' });
  onTestFinished(() => store.close());
  let asked = 0;
  const watched: SeriesStore = {
    ...store,
    meterUsage: (step, ids, fromMs, toMs) => {
      // The days of months are asked for without an end.
      if (step === 'day' && toMs < FAR[1]) asked++;
      return store.meterUsage(step, ids, fromMs, toMs);
    },
  };
  let nowMs = T0;
  const materialiser = createMaterialiser(watched, zone, () => nowMs);
  materialiser.useMeters([meter]);
  for (const row of days(2)) {
    nowMs = row.observedAtMs + 60_000;
    await store.writeReadings([row]);
    await materialiser.run();
  }
  expect(await store.dayChanges(['m'], ...FAR)).toEqual([]);
  // But after midnight, when the reading before it might be taken back by the one behind it.
  expect(asked).toBeLessThanOrEqual(2);
});

test('a reading that the next one takes back changes the day that it had ended', async () => {
  const rows = [...days(2, (at) => at < T0 + 2 * DAY), reading(T0 + 2 * DAY + 60_000, 90)];
  const { store, clock, materialiser, ledger } = await world(rows, T0 + 2 * DAY + HOUR);
  clock.nowMs += HOUR;
  await store.writeReadings([reading(T0 + 2 * DAY + HOUR, 49)]);
  await materialiser.run();
  expect(await ledger()).toEqual([expect.stringMatching(/^m 2026-04-02 .* -> 24 .* 50$/)]);
});

test('a multiplier of a past date is listed for each sealed day that it changes; what changes is told', async () => {
  const other = { ...meter, id: 'n' };
  const rows = days(4).flatMap((row) => [row, { ...row, meter: 'n' }]);
  const { store, clock, materialiser, ledger } = await world(rows, T0 + 4 * DAY, [meter, other]);
  clock.nowMs += HOUR;
  const multipliers = [
    { multiplier: 1, validFrom: '1970-01-01', validTo: '2026-04-03' },
    { multiplier: 10, validFrom: '2026-04-03', validTo: null },
  ];
  const changed = { ...meter, multipliers };
  materialiser.useMeters([changed, other]);
  await materialiser.run();
  expect(await ledger()).toEqual([
    'm 2026-04-03 24 measured -> 240 measured 97',
    'm 2026-04-04 24 measured -> 240 measured 97',
  ]);

  const reader = createUsageReader(store, zone, () => new Map([changed, other].map((one) => [one.id, one])));
  const told = (items: { changedAtMs?: number }[]) => items.map(({ changedAtMs }) => changedAtMs);
  const since = T0 + 97 * HOUR;
  const range: [number, number] = [T0, T0 + 4 * DAY];
  expect(told(await reader.meterUsage('m', ...range, '1d', { changes: true }))).toEqual([
    undefined,
    undefined,
    since,
    since,
  ]);
  expect(told(await reader.meterUsage('m', ...range, '1d'))).toEqual(Array(4).fill(undefined));
  expect(told(await reader.meterUsage('n', ...range, '1d', { changes: true }))).toEqual(Array(4).fill(undefined));
  const month: [number, number] = [T0, zone.at(2026, 5, 1)];
  expect(told(await reader.meterUsage('m', ...month, '1mo', { changes: true }))).toEqual([since]);
  expect(told(await reader.institutionUsage(['school'], ...month, '1mo', undefined, { changes: true }))).toEqual([
    since,
  ]);
  expect(told(await reader.institutionUsage(['school'], ...month, '1mo', 'water', { changes: true }))).toEqual([]);
});

for (const step of ['replaceBaseUsage', 'putMeterUsage'] as const)
  for (const at of [1, 2, 3])
    test(`the store fails at ${step}, call ${at}, of a process that ends: one entry, as without`, async () => {
      const { store, clock, materialiser, ledger } = await world(days(3), T0 + 3 * DAY);
      clock.nowMs += HOUR;
      await store.writeReadings([reading(T0 + 2 * DAY, 47.5, 2)]);
      let calls = 0;
      const failing: SeriesStore = {
        ...store,
        health: () => Promise.resolve({ kind: 'duckdb', version: '', ok: false }),
        [step]: (...args: [never, never]) =>
          ++calls >= at ? Promise.reject(new Error('killed')) : store[step](...args),
      };
      const killed = createMaterialiser(failing, zone, () => clock.nowMs);
      killed.useMeters([meter]);
      await killed.run().catch(() => undefined);
      clock.nowMs += HOUR;
      const next = createMaterialiser(store, zone, () => clock.nowMs);
      next.useMeters([meter]);
      await next.run();
      await materialiser.run();
      expect((await ledger()).map((line) => line.replace(/ [\d.]+$/, ''))).toEqual([
        'm 2026-04-02 24 measured -> 23.5 measured',
        'm 2026-04-03 24 measured -> 24.5 measured',
      ]);
    });
