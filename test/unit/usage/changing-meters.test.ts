import fc from 'fast-check';
import { expect, test } from 'vitest';

import { QUALITY_CODE } from '../../../domain/quality.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import { qualityOf } from '../../../services/usage/interval-code.ts';
import { createMaterialiser, type Materialiser, type UsageChange } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { lifeOf, plainMeter, LIFE_END_MS as END, LIFE_ZONE as zone, seededRandom } from '../../support/random-life.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FAR: [number, number] = [0, Date.UTC(2090, 0, 1)];

/** All that is stored of usage: intervals with their states, and every sum; stores have an order of their own. */
async function stored(store: SeriesStore, ids: readonly string[]): Promise<string[]> {
  const out: string[] = [];
  for (const { meter, starts, values, qualities, states } of await store.baseUsageOfEach(ids, ...FAR))
    for (const [index, at] of starts.entries())
      out.push(`${meter} ${at} ${values[index]} ${qualities[index]} ${states[index]}`);
  for (const step of ['hour', 'day', 'month'] as const) {
    for (const sum of await store.meterUsage(step, ids, ...FAR)) out.push(Object.values(sum).join(' '));
    for (const sum of await store.institutionUsage(step, ['school', 'court'], ...FAR))
      out.push(Object.values(sum).join(' '));
  }
  return out.sort();
}

/** All usage without what is missing: where it was once known it stays as such, and otherwise would not be there. */
async function usage(store: SeriesStore, ids: readonly string[]): Promise<string[]> {
  const out: string[] = [];
  for (const { meter, starts, values, qualities } of await store.baseUsageOfEach(ids, ...FAR))
    for (const [index, at] of starts.entries())
      if (qualityOf(qualities[index]!) !== QUALITY_CODE.missing)
        out.push(`${meter} ${at} ${values[index]} ${qualities[index]}`);
  for (const step of ['hour', 'day', 'month'] as const) {
    for (const { meter, startMs, micro } of await store.meterUsage(step, ids, ...FAR))
      if (micro !== 0n) out.push(`${meter} ${step} ${startMs} ${micro}`);
    for (const sum of await store.institutionUsage(step, ['school', 'court'], ...FAR))
      if (sum.micro !== 0n) out.push(`${sum.institution} ${sum.subItem} ${step} ${sum.startMs} ${sum.micro}`);
  }
  return out.sort();
}

async function madeAtOnce(
  meters: readonly UsageMeter[],
  rows: readonly ReadingRow[],
  read = stored,
): Promise<string[]> {
  const store = await openDuckdbStore({ file: ':memory:' });
  await store.writeReadings(rows);
  const materialiser = createMaterialiser(store, zone, () => END);
  materialiser.useMeters(meters);
  await materialiser.run();
  const made = await read(
    store,
    meters.map(({ id }) => id),
  );
  await store.close();
  return made;
}

test('meters that are replaced and change their multipliers: any order and batching makes the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer(),
      fc.integer({ min: 100, max: 400 }),
      fc.double({ min: 0, max: 1 }),
      async (...given) => {
        const [seed, batch, disorder] = given;
        const random = seededRandom(seed);
        const lives = ['a', 'b', 'c', 'd'].map((id) => lifeOf(id, random));
        const meters = lives.map(({ meter }) => meter);
        const ids = meters.map(({ id }) => id);
        const rows = lives.flatMap((life) => life.rows).sort((a, b) => a.observedAtMs - b.observedAtMs);
        // From in order to thoroughly shuffled, and some twice.
        const lateness = new Map(rows.map((one) => [one, one.observedAtMs + random() * disorder ** 4 * 6 * DAY]));
        const arriving = [...rows.toSorted((a, b) => lateness.get(a)! - lateness.get(b)!), ...rows.slice(0, 30)];

        const store = await openDuckdbStore({ file: ':memory:' });
        let materialiser = createMaterialiser(store, zone, () => END);
        materialiser.useMeters(meters);
        for (let at = 0; at < arriving.length; at += batch) {
          await store.writeReadings(arriving.slice(at, at + batch));
          if (random() < 0.4) await materialiser.run();
          if (random() < 0.1) {
            materialiser = createMaterialiser(store, zone, () => END);
            materialiser.useMeters(meters);
          }
        }
        await materialiser.run();
        const live = await stored(store, ids);
        expect(live).toEqual(await madeAtOnce(meters, rows));
        await store.dropUsage();
        await materialiser.run();
        expect(await stored(store, ids)).toEqual(live);
        await store.close();
      },
    ),
    { numRuns: 4, endOnFailure: true },
  );
}, 60_000);

/** Runs until nothing is left to make, and tells all that was noted. */
async function settle(materialiser: Materialiser): Promise<UsageChange[]> {
  const told: UsageChange[] = [];
  while (await materialiser.run(async (change) => void told.push(structuredClone(change)))) continue;
  return told;
}

test('what the registry changes of meters is made anew by itself, as if it had always stood there', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = seededRandom(seed);
      const ids = ['a', 'b', 'c', 'd'];
      const lives = ids.map((id) => lifeOf(id, random));
      const rows = lives.flatMap((life) => life.rows);
      const store = await openDuckdbStore({ file: ':memory:' });
      await store.writeReadings(rows);
      let materialiser = createMaterialiser(store, zone, () => END);
      materialiser.useMeters(lives.map(({ meter }) => meter));
      await settle(materialiser);
      // Other lives of the same meters, other parts, and another main meter; some stay as they are.
      const changed = lives.map(({ meter }, index): UsageMeter => {
        if (random() < 0.25) return meter;
        const { multipliers, events } = random() < 0.7 ? lifeOf(meter.id, random).meter : meter;
        const shares = random() < 0.5 ? moved(zone.date(END - 9 * DAY)) : meter.shares;
        const parentId = index > 0 && random() < 0.3 ? 'a' : null;
        const { events: _, ...rest } = meter;
        return { ...rest, multipliers, shares, parentId, ...(events === undefined ? {} : { events }) };
      });
      materialiser.useMeters(changed);
      if (random() < 0.5) {
        // A process that ends before anybody was told.
        await materialiser.run(() => Promise.reject(new Error('the registry is down'))).catch(() => undefined);
        materialiser = createMaterialiser(store, zone, () => END);
        materialiser.useMeters(changed);
      }
      await settle(materialiser);
      expect(await usage(store, ids)).toEqual(await madeAtOnce(changed, rows, usage));
      expect(await settle(materialiser)).toEqual([]);
      materialiser.useMeters(structuredClone(changed));
      expect(await materialiser.run()).toBe(false);
      await store.close();
    }),
    { numRuns: 6, endOnFailure: true },
  );
}, 60_000);

test('what is told of a changed registry begins where it changes something', async () => {
  const store = await openDuckdbStore({ file: ':memory:' });
  const april = zone.at(2026, 4, 1);
  const ids = ['a', 'b', 'c'];
  const rows = ids.flatMap((id) =>
    Array.from({ length: 96 }, (_, hour): ReadingRow => {
      const observedAtMs = april + (hour - 48) * HOUR;
      return { meter: id, metric: 'total', observedAtMs, value: hour, receivedAtMs: april, flags: 0, position: 1 };
    }),
  );
  await store.writeReadings(rows);
  const materialiser = createMaterialiser(store, zone, () => END);
  const meters = ids.map((id) => plainMeter(id));
  materialiser.useMeters(meters);
  await settle(materialiser);

  const [first, second, third] = meters as [UsageMeter, UsageMeter, UsageMeter];
  const [{ validFrom }] = first.multipliers as [UsageMeter['multipliers'][number]];
  const multipliers = [
    { multiplier: 1, validFrom, validTo: '2026-04-02' },
    { multiplier: 2, validFrom: '2026-04-02', validTo: null },
  ];
  const from = april + 24 * HOUR;
  materialiser.useMeters([{ ...first, multipliers }, second, third]);
  // From the interval that holds the reading before the last one before the change.
  const madeFrom = from - 2 * HOUR;
  const change = {
    institutions: new Map([['school', madeFrom]]),
    meters: new Map([['a', from]]),
    findings: new Map([['a', { fromMs: madeFrom, findings: [] }]]),
  };
  expect(await settle(materialiser)).toEqual([change]);
  expect((await store.meterUsage('day', ['a'], april, END)).map(({ micro }) => micro)).toEqual([
    24_000_000n,
    46_000_000n,
  ]);

  // A move and a meter that is gone: no meter's own usage changes, but the institutions' does.
  materialiser.useMeters([
    { ...first, multipliers },
    { ...second, shares: moved('2026-04-01') },
  ]);
  const march = zone.at(2026, 3, 1);
  expect(await settle(materialiser)).toEqual([
    {
      institutions: new Map([
        ['school', march],
        ['court', april],
      ]),
      meters: new Map(),
      findings: new Map(),
    },
  ]);
  const court = await store.institutionUsage('month', ['court'], ...FAR);
  expect(court.map(({ subItem, micro }) => `${subItem} ${micro}`)).toEqual(['A1 11750000']);
  await store.close();
});

const moved = (date: string): UsageMeter['shares'] => [
  { institutionId: 'school', subItem: null, share: 1, validFrom: '1970-01-01', validTo: date },
  { institutionId: 'court', subItem: 'A1', share: 0.25, validFrom: date, validTo: null },
  { institutionId: 'school', subItem: null, share: 0.75, validFrom: date, validTo: null },
];
