import { afterEach, beforeEach, expect, test } from 'vitest';

import type { ReadingRow } from '../../../domain/reading.ts';
import { createMaterialiser, type Materialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { createUsageReader } from '../../../services/usage/read-usage.ts';
import type { MeterInterval, UsageReader, UsageStep } from '../../../services/usage/usage-reader.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { LIFE_END_MS as END, LIFE_ZONE as zone, lifeOf, plainMeter, seededRandom } from '../../support/random-life.ts';

const HOUR = 3_600_000;
const FROM = zone.at(2026, 3, 28);
const [MONTHS_FROM, MONTHS_TO] = [zone.at(2026, 3, 1), zone.at(2026, 5, 1)];

let store: SeriesStore;
let materialiser: Materialiser;
let meters: Map<string, UsageMeter>;
let reader: UsageReader;
beforeEach(async () => {
  store = await openDuckdbStore({ file: ':memory:' });
  materialiser = createMaterialiser(store, zone, () => END);
  meters = new Map();
  reader = createUsageReader(store, zone, () => meters);
});
afterEach(() => store.close());

function use(...list: UsageMeter[]): void {
  meters = new Map(list.map((meter) => [meter.id, meter]));
  materialiser.useMeters(list);
}
const virtual = (id: string, terms: [string, number][], more: Partial<UsageMeter> = {}): UsageMeter => ({
  ...plainMeter(id),
  shares: [],
  multipliers: [],
  terms: terms.map(([meterId, factor]) => ({ meterId, factor })),
  ...more,
});
async function put(rows: readonly ReadingRow[]): Promise<void> {
  await store.writeReadings(rows);
  await materialiser.run();
}
/** A register read every half hour that rises by `perHalf`. */
const steady = (
  meter: string,
  perHalf: number,
  { fromMs = FROM, toMs = FROM + 48 * HOUR, position = 1 } = {},
): ReadingRow[] =>
  Array.from({ length: (toMs - fromMs) / (HOUR / 2) + 1 }, (_, index) => {
    const observedAtMs = fromMs + (index * HOUR) / 2;
    const value = 100 + ((observedAtMs - FROM) / (HOUR / 2)) * perHalf;
    return { meter, metric: 'total', observedAtMs, value, receivedAtMs: observedAtMs, flags: 0, position };
  });
const amounts = (intervals: readonly MeterInterval[]): (number | null)[] =>
  intervals.map(({ micro }) => (micro === null ? null : Number(micro) / 1e6));
const days = (id: string): Promise<MeterInterval[]> => reader.meterUsage(id, FROM, FROM + 48 * HOUR, '1d');

test('its figures follow data that come late, and what is replayed with another value', async () => {
  use(
    plainMeter('main'),
    plainMeter('tenant'),
    virtual('own', [
      ['main', 1],
      ['tenant', -1],
    ]),
  );
  await put(steady('main', 2));
  expect(amounts(await days('own'))).toEqual([null, null]);
  await put(steady('tenant', 0.5, { fromMs: FROM + 24 * HOUR }));
  expect(amounts(await days('own'))).toEqual([null, 72]);
  await put(steady('tenant', 0.5));
  expect(amounts(await days('own'))).toEqual([72, 72]);
  const raised = steady('tenant', 0.5, { fromMs: FROM + 36 * HOUR, position: 2 });
  await put(raised.map((row) => ({ ...row, value: row.value + 6 })));
  expect(amounts(await days('own'))).toEqual([72, 66]);
});

test('whatever happens to its terms, hours, days and months sum to the same, exactly', async () => {
  for (let seed = 1; seed <= 12; seed++) {
    const random = seededRandom(seed);
    const [a, b, c] = ['a', 'b', 'c'].map((id) => lifeOf(`${id}${seed}`, random));
    const [x, y, z] = [a!.meter, b!.meter, c!.meter];
    const inner = virtual(`inner${seed}`, [
      [x.id, 1],
      [y.id, -1],
    ]);
    const outer = virtual(`outer${seed}`, [
      [inner.id, -1],
      [z.id, 3],
    ]);
    use(x, y, z, inner, outer);
    const rows = [...a!.rows, ...b!.rows, ...c!.rows].sort(() => random() - 0.5);
    await put(rows.slice(0, 400));
    await put(rows.slice(400));
    const total = async (id: string, step: UsageStep): Promise<[bigint, number]> => {
      const range = step === '1mo' ? ([MONTHS_FROM, MONTHS_TO] as const) : ([FROM, END] as const);
      const intervals = await reader.meterUsage(id, ...range, step);
      const known = intervals.flatMap(({ micro }) => (micro === null ? [] : [micro]));
      return [known.reduce((sum, micro) => sum + micro, 0n), known.length];
    };
    const [hours, howMany] = await total(outer.id, '1h');
    expect(howMany).toBeGreaterThan(24);
    expect((await total(outer.id, '1d'))[0]).toBe(hours);
    expect((await total(outer.id, '1mo'))[0]).toBe(hours);
    // Hour by hour from the terms themselves.
    const [ofX, ofY, ofZ] = await Promise.all([x, y, z].map(({ id }) => reader.meterUsage(id, FROM, END, '1h')));
    const ofOuter = await reader.meterUsage(outer.id, FROM, END, '1h');
    for (const [index, { micro }] of ofOuter.entries()) {
      if (micro === null) continue;
      expect(micro).toBe(-ofX![index]!.micro! + ofY![index]!.micro! + 3n * ofZ![index]!.micro!);
    }
  }
}, 30_000);

test('the quality of the worst term', async () => {
  use(
    plainMeter('main'),
    plainMeter('tenant'),
    virtual('own', [
      ['main', 1],
      ['tenant', 1],
    ]),
  );
  await put(steady('main', 2));
  // Nothing for six hours: what the register counted meanwhile is estimated.
  await put([...steady('tenant', 1, { toMs: FROM + 10 * HOUR }), ...steady('tenant', 1, { fromMs: FROM + 16 * HOUR })]);
  const hours = await reader.meterUsage('own', FROM, FROM + 24 * HOUR, '1h');
  expect(hours.map(({ quality }) => quality)).toEqual([
    ...Array.from({ length: 10 }, () => 'measured'),
    ...Array.from({ length: 6 }, () => 'estimated'),
    ...Array.from({ length: 8 }, () => 'measured'),
  ]);
  const quarters = await reader.meterUsage('own', FROM + 12 * HOUR, FROM + 13 * HOUR, '15m');
  expect(quarters.map(({ quality }) => quality)).toEqual(['estimated', 'estimated', 'estimated', 'estimated']);
  // The register is known at both ends of the day.
  expect((await days('own')).map(({ quality }) => quality)).toEqual(['measured', 'measured']);
});

test('from the day on which it ended it is missing; the month counts up to it', async () => {
  const own = virtual('own', [['main', 1]], { endedOn: '2026-03-29' });
  use(plainMeter('main'), own);
  await put(steady('main', 2));
  expect(amounts(await days('own'))).toEqual([96, null]);
  expect(amounts(await reader.meterUsage('own', MONTHS_FROM, MONTHS_TO, '1mo'))).toEqual([96, null]);
  const around = await reader.meterUsage('own', FROM + 23 * HOUR, FROM + 25 * HOUR, '15m');
  expect(amounts(around)).toEqual([1, 1, 1, 1, null, null, null, null]);
});

test('one whose terms are not there, or cancel each other, is missing at every step', async () => {
  use(
    plainMeter('main'),
    virtual('gone', [['nothing', 1]]),
    virtual('null', [
      ['main', 1],
      ['gone', 0.5],
    ]),
  );
  await put(steady('main', 2));
  for (const step of ['15m', '1h', '1d'] as const) {
    const intervals = await reader.meterUsage('gone', FROM, FROM + 24 * HOUR, step);
    expect(new Set(intervals.map(({ quality }) => quality))).toEqual(new Set(['missing']));
    expect(intervals.at(-1)!.endMs).toBe(FROM + 24 * HOUR);
  }
});
