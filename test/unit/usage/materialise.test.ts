import fc from 'fast-check';
import { expect, test } from 'vitest';

import { createZone } from '../../../domain/zone.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import { createMaterialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { createUsageReader } from '../../../services/usage/read-usage.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';

const zone = createZone('Asia/Shanghai');
const start = zone.at(2026, 3, 30);
const HOUR = 3_600_000;
const END = start + 30 * 86_400_000;

const meter = (id: string, parentId: string | null, subItem: string | null): UsageMeter => ({
  id,
  medium: 'electricity',
  registerUnit: 'kWh',
  registerModulus: 100_000,
  ratedMaximum: 500,
  expectedIntervalS: 3600,
  parentId,
  multipliers: [{ multiplier: 2, validFrom: '1970-01-01', validTo: null }],
  shares: [{ institutionId: 'school', subItem, share: 1, validFrom: '1970-01-01', validTo: null }],
});
const meters = [meter('main', null, null), meter('light', 'main', 'A1'), meter('lift', 'main', 'C1')];

function row(id: string, observedAtMs: number, value: number, position: number): ReadingRow {
  return { meter: id, metric: 'total', observedAtMs, value, receivedAtMs: observedAtMs, flags: 0, position };
}

async function everything(store: SeriesStore): Promise<unknown> {
  const reader = createUsageReader(store, zone, () => new Map(meters.map((m) => [m.id, m])));
  const out: unknown[] = [];
  for (const { id } of meters) {
    for (const step of ['1h', '1d', '1mo'] as const) {
      const to = step === '1mo' ? zone.at(2026, 6, 1) : END;
      const from = step === '1mo' ? zone.at(2026, 3, 1) : start;
      const items = await reader.meterUsage(id, from, to, step);
      out.push(items.map((item) => `${id} ${step} ${item.startMs} ${item.micro} ${item.quality}`));
    }
  }
  for (const step of ['1h', '1d', '1mo'] as const) {
    const items = await reader.institutionUsage(['school'], zone.at(2026, 3, 1), END, step);
    out.push(items.map((i) => `${i.subItem} ${step} ${i.startMs} ${i.micro} ${JSON.stringify(i.quality)}`));
  }
  return out;
}

test('late, shuffled and repeated readings make the same usage as all at once in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), async (seed, sizes) => {
      const random = mulberry(seed);
      const rows: ReadingRow[] = [];
      for (const { id } of meters) {
        let register = 99_000 + random() * 900;
        for (let at = start + Math.floor(random() * HOUR); at < start + 12 * 86_400_000; at += HOUR) {
          register = (register + random() * (id === 'main' ? 60 : 20)) % 100_000;
          if (random() < 0.1) continue; // a hole
          const glitch = random() < 0.02;
          rows.push(row(id, at, glitch ? 0 : Math.round(register * 100) / 100, rows.length));
        }
      }
      const ordered = await openDuckdbStore({ file: ':memory:' });
      await ordered.writeReadings(rows);
      const once = createMaterialiser(ordered, zone, () => END);
      once.useMeters(meters);
      await once.run();

      const shuffled = [...rows, ...rows.slice(0, 50)].sort(() => random() - 0.5);
      const late = await openDuckdbStore({ file: ':memory:' });
      const bit = createMaterialiser(late, zone, () => END);
      bit.useMeters(meters);
      for (let index = 0, at = 0; at < shuffled.length; index++) {
        const size = sizes[index % sizes.length]! * 5;
        await late.writeReadings(shuffled.slice(at, at + size));
        at += size;
        if (random() < 0.5) await bit.run();
      }
      await bit.run();

      expect(await everything(late)).toEqual(await everything(ordered));
      await late.dropUsage();
      await bit.run();
      expect(await everything(late)).toEqual(await everything(ordered));
      await ordered.close();
      await late.close();
    }),
    { numRuns: 6 },
  );
}, 60_000);

test('readings as they come in, hour by hour, make the same usage as all at once', async () => {
  const random = mulberry(7);
  const rows: ReadingRow[] = [];
  const registers = new Map(meters.map(({ id }) => [id, 99_500]));
  for (let at = start; at < start + 4 * 86_400_000; at += 1_700_000) {
    for (const { id } of meters) {
      const register = (registers.get(id)! + random() * (id === 'main' ? 30 : 9)) % 100_000;
      registers.set(id, register);
      const glitch = random() < 0.03;
      const jump = at > start + 2 * 86_400_000 && id === 'lift' ? 40_000 : 0;
      if (random() > 0.1)
        rows.push(row(id, at + Math.floor(random() * 60_000), glitch ? 0 : register + jump, rows.length));
    }
  }
  const ordered = await openDuckdbStore({ file: ':memory:' });
  await ordered.writeReadings(rows);
  const once = createMaterialiser(ordered, zone, () => END);
  once.useMeters(meters);
  await once.run();

  const live = await openDuckdbStore({ file: ':memory:' });
  const bit = createMaterialiser(live, zone, () => END);
  bit.useMeters(meters);
  for (let at = 0; at < rows.length; at += 9) {
    await live.writeReadings(rows.slice(at, at + 9));
    await bit.run();
  }
  expect(await everything(live)).toEqual(await everything(ordered));
  await ordered.close();
  await live.close();
}, 60_000);

test('hours, days and months agree exactly, and sub-items sum to the meter at the top', async () => {
  const store = await openDuckdbStore({ file: ':memory:' });
  const rows: ReadingRow[] = [];
  let [main, light, lift] = [0, 0, 0];
  for (let at = start; at <= start + 10 * 86_400_000; at += HOUR) {
    rows.push(row('main', at, main, 1), row('light', at, light, 1), row('lift', at, lift, 1));
    main += 3.3333;
    light += 1.1111;
    lift += 0.7;
  }
  await store.writeReadings(rows);
  const materialiser = createMaterialiser(store, zone, () => END);
  materialiser.useMeters(meters);
  const changed: unknown[] = [];
  await materialiser.run(async (change) => void changed.push(change.institutions));
  expect(changed).toEqual([new Map([['school', start]])]);

  const reader = createUsageReader(store, zone, () => new Map(meters.map((m) => [m.id, m])));
  const total = async (step: '15m' | '1h' | '1d' | '1mo', from = start): Promise<bigint> =>
    (await reader.institutionUsage(['school'], from, zone.at(2026, 5, 1), step)).reduce(
      (a, b) => a + (b.micro ?? 0n),
      0n,
    );
  const want = BigInt(Math.round((rows.at(-3)!.value - 0) * 2 * 1e6));
  expect(await total('1h')).toBe(want);
  expect(await total('1d')).toBe(want);
  expect(await total('15m')).toBe(want);
  expect(await total('1mo', zone.at(2026, 3, 1))).toBe(want);
  const april = await reader.institutionUsage(['school'], zone.at(2026, 4, 1), zone.at(2026, 5, 1), '1mo');
  expect(april.map((item) => item.subItem)).toEqual(['', 'A1', 'C1']);
  const quarter = await reader.meterUsage('main', start, start + HOUR, '15m');
  expect(quarter.map(({ quality }) => quality)).toEqual([
    'interpolated',
    'interpolated',
    'interpolated',
    'interpolated',
  ]);
  await store.close();
});

test('a change that nobody could be told of is kept, told with the next, and what it is of is made once', async () => {
  const store = await openDuckdbStore({ file: ':memory:' });
  let made = 0;
  const counted: SeriesStore = {
    ...store,
    replaceBaseUsage: (blocks) => {
      made += blocks.length;
      return store.replaceBaseUsage(blocks);
    },
  };
  const materialiser = createMaterialiser(counted, zone, () => END);
  materialiser.useMeters(meters);
  const write = (id: string, hour: number): Promise<unknown> =>
    store.writeReadings([row(id, start + hour * HOUR, hour, hour)]);
  const nobody = (): Promise<never> => Promise.reject(new Error('the registry is down'));
  for (const hour of [5, 6, 7]) {
    await write('main', hour);
    await expect(materialiser.run(nobody)).rejects.toThrow('the registry is down');
  }
  await expect(materialiser.run(nobody)).rejects.toThrow('the registry is down');
  expect(made).toBe(3);

  await write('light', 9);
  const told: unknown[] = [];
  await materialiser.run(async (change) => void told.push(structuredClone(change)));
  expect(told).toEqual([
    {
      institutions: new Map([['school', start + 5 * HOUR]]),
      meters: new Map([
        ['main', start + 5 * HOUR],
        ['light', start + 9 * HOUR],
      ]),
      findings: new Map([
        ['main', { fromMs: start + 5 * HOUR, findings: [] }],
        ['light', { fromMs: start + 9 * HOUR, findings: [] }],
      ]),
    },
  ]);
  expect(await materialiser.run(nobody)).toBe(false);

  // A process that ends untold: the next one makes it again, and tells.
  await write('main', 11);
  await expect(materialiser.run(nobody)).rejects.toThrow();
  const next = createMaterialiser(store, zone, () => END);
  next.useMeters(meters);
  await next.run(async (change) => void told.push(change.meters));
  expect(told[1]).toEqual(new Map([['main', start + 11 * HOUR]]));
  await store.close();
});

function mulberry(seed: number): () => number {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
