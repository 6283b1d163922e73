import { expect, onTestFinished, test } from 'vitest';

import { registerToMicro } from '../../../domain/micro.ts';
import type { Metric } from '../../../domain/quantity.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import { answerAccount } from '../../../services/provenance/answer-account.ts';
import { readAccount } from '../../../services/provenance/read-account.ts';
import type { ProvenanceAccount } from '../../../services/api/schemas/provenance.ts';
import { createUsageSettings } from '../../../services/usage/create-usage-settings.ts';
import { createMaterialiser } from '../../../services/usage/materialise.ts';
import type { AppliedDecision, UsageMeter } from '../../../services/usage/meter-config.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { amountFromAccount } from '../../support/provenance-client.ts';
import { LIFE_ZONE as zone, lifeOf, plainMeter, seededRandom } from '../../support/random-life.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const start = zone.at(2026, 6, 1);
const at = (hours: number): number => start + hours * HOUR;
const settings = createUsageSettings(zone);

const hourly = (over: Partial<UsageMeter> = {}): UsageMeter => ({
  ...plainMeter('m'),
  expectedIntervalS: 3600,
  ...over,
});

const row = (metric: Metric, hours: number, value: number): ReadingRow => ({
  meter: 'm',
  metric,
  observedAtMs: at(hours),
  value,
  receivedAtMs: at(hours) + 1000,
  flags: 0,
  position: 1000 + Math.round(hours * 4),
});

async function openWith(meters: UsageMeter[], rows: readonly ReadingRow[]): Promise<SeriesStore> {
  const store = await openDuckdbStore({ file: ':memory:' });
  onTestFinished(() => store.close());
  await store.writeReadings(rows);
  const materialiser = createMaterialiser(store, zone, () => start + 400 * DAY, settings);
  materialiser.useMeters(meters);
  await materialiser.run();
  return store;
}

async function hoursOf(store: SeriesStore, meter: string, fromMs: number, toMs: number): Promise<bigint> {
  const hours = await store.meterUsage('hour', [meter], fromMs, toMs);
  return hours.reduce((sum, { micro }) => sum + micro, 0n);
}

/** The account of a range of hours since the start, held against the stored hours and against what it says itself. */
async function accountOf(
  store: SeriesStore,
  meter: UsageMeter,
  [fromHour, toHour]: readonly [number, number],
): Promise<ProvenanceAccount> {
  const range = { fromMs: at(fromHour), toMs: at(toHour) };
  const answer = answerAccount(await readAccount(store, zone, meter, range, settings), zone);
  expect(answer.amountMicro).toBe(String(await hoursOf(store, meter.id, range.fromMs, range.toMs)));
  if (answer.runs.every(({ kind }) => kind === 'register'))
    expect(String(await amountFromAccount(answer, { toMicro: registerToMicro }))).toBe(answer.amountMicro);
  return answer;
}

/** Days of 100 kWh, of which 90 between 8 and 18. */
function officeHours(hours: number): number {
  const [day, hour] = [Math.floor(hours / 24), hours % 24];
  return day * 100 + Math.min(8, hour) + 9.2 * Math.max(0, Math.min(10, hour - 8)) + Math.max(0, hour - 18) * 0;
}

test('a range that begins and ends in a gap is cut by the shape of like days, as its stored hours are', async () => {
  const rows = Array.from({ length: 40 * 24 }, (_, hour) => row('total', hour, officeHours(hour)));
  const [gapFrom, gapTo] = [30 * 24 + 5, 33 * 24 + 7];
  const meter = hourly({ registerModulus: null });
  const store = await openWith(
    [meter],
    rows.filter((_, hour) => hour <= gapFrom || hour >= gapTo),
  );
  const within = await accountOf(store, meter, [30 * 24 + 9, 32 * 24]);
  const [run] = within.runs;
  expect([within.runs.length, run?.startCut?.shape, run?.endCut?.shape]).toEqual([1, 'like-days', 'like-days']);
  // Flat it would be 161 kWh: the range begins with the working day.
  expect(Number(within.amountMicro) / 1e6).toBeGreaterThan(175);
  expect(within.gaps).toEqual([
    expect.objectContaining({
      quality: 'estimated',
      shape: 'like-days',
      likeDays: expect.arrayContaining(['2026-06-24']),
    }),
  ]);
  expect(within.gaps[0]?.days.map(({ day }) => day)).toEqual(['2026-07-01', '2026-07-02', '2026-07-03', '2026-07-04']);
  const around = await accountOf(store, meter, [29 * 24, 35 * 24]);
  expect([around.runs.length, around.runs[0]?.startCut, around.runs[0]?.endCut]).toEqual([1, null, null]);
});

test('a gap without complete days before it is flat', async () => {
  const meter = hourly({ registerModulus: null });
  const store = await openWith(
    [meter],
    [row('total', 1, 0), row('total', 2, 1), row('total', 12, 11), row('total', 13, 12)],
  );
  const { runs, gaps } = await accountOf(store, meter, [5, 13]);
  expect([runs[0]?.startCut?.shape, gaps[0]?.shape]).toEqual(['flat', 'flat']);
});

test('the bounds of a run lie where their messages lie', async () => {
  const meter = hourly({ registerModulus: null });
  const store = await openWith(
    [meter],
    Array.from({ length: 50 }, (_, hour) => row('total', hour, hour * 2)),
  );
  const { runs } = await accountOf(store, meter, [10, 40]);
  expect(runs.map(({ first, last }) => [first.position, last.position, first.link])).toEqual([
    [1040, 1160, `/api/messages/1040?meter=m&ts=${at(10)}`],
  ]);
});

const decision = (given: Partial<AppliedDecision> & Pick<AppliedDecision, 'kind' | 'fromMs'>): AppliedDecision => ({
  id: 'd1',
  toMs: null,
  register: null,
  closingRegister: null,
  openingRegister: null,
  multiplier: null,
  ...given,
});

test('readings that a decision leaves out are told with it, and a register that it gives bounds usage', async () => {
  const rows = Array.from({ length: 24 }, (_, hour) => row('total', hour, hour >= 5 && hour < 9 ? 3 : hour));
  const meter = hourly({
    registerModulus: null,
    decisions: [decision({ kind: 'value', fromMs: at(5), toMs: at(9), register: 5.5 })],
  });
  const store = await openWith([meter], rows);
  const day = await accountOf(store, meter, [0, 23]);
  expect(day.leftOut).toEqual([expect.objectContaining({ reason: 'decision', decision: 'd1', readings: 4 })]);
  expect(day.runs).toHaveLength(1);
  const { runs } = await accountOf(store, meter, [5, 23]);
  expect(runs[0]?.first).toMatchObject({ register: 5.5, source: 'decision', id: 'd1', position: null });
});

test('a meter that only people read opens into what they read', async () => {
  const meter = hourly({
    registerModulus: null,
    manual: [0, 100, 200].map((hours, n) => ({ id: `r${n}`, atMs: at(hours), register: hours / 2 })),
  });
  const store = await openWith([meter], []);
  // Nothing has come that would have it made: the registry is what has changed.
  await store.touch([{ meter: 'm', fromMs: 0, toMs: at(200) }]);
  const materialiser = createMaterialiser(store, zone, () => start + 400 * DAY, settings);
  materialiser.useMeters([meter]);
  await materialiser.run();
  const { runs } = await accountOf(store, meter, [0, 200]);
  expect(runs.map(({ first, last, amountMicro }) => [first.id, last.id, amountMicro])).toEqual([
    ['r0', 'r2', '100000000'],
  ]);
});

test('amounts are one run of all of them', async () => {
  const rows = Array.from({ length: 48 }, (_, hour) => row('delta', hour + 1, 0.25 + (hour % 3)));
  const froms = Array.from({ length: 48 }, (_, hour) => row('deltaFrom', hour + 1, at(hour)));
  const meter = hourly({ multipliers: [{ multiplier: 10, validFrom: '1970-01-01', validTo: null }] });
  const store = await openWith([meter], [...rows, ...froms]);
  const { runs } = await accountOf(store, meter, [3, 30]);
  const want = rows.slice(3, 30).reduce((sum, { value }) => sum + value * 10, 0);
  expect(
    runs.map(({ kind, readings, multiplier, amountMicro }) => [kind, readings, multiplier, Number(amountMicro)]),
  ).toEqual([['deltas', 27, 10, want * 1e6]]);
});

test('an amount that a range cuts is shared out by time', async () => {
  const store = await openWith(
    [hourly()],
    [1, 7, 13].map((hours) => row('delta', hours, 6)),
  );
  const froms = [1, 7, 13].map((hours) => row('deltaFrom', hours, at(hours - 6)));
  await store.writeReadings(froms);
  const materialiser = createMaterialiser(store, zone, () => start + 400 * DAY, settings);
  materialiser.useMeters([hourly()]);
  await materialiser.run();
  const { runs, amountMicro } = await accountOf(store, hourly(), [3, 10]);
  expect([amountMicro, runs[0]?.startCut?.usageMicro, runs[0]?.startCut?.outsideMicro]).toEqual([
    '7000000',
    '6000000',
    '2000000',
  ]);
});

test('a rate is one run whose amount is its stored integral', async () => {
  const store = await openWith(
    [hourly()],
    Array.from({ length: 30 }, (_, hour) => row('rate', hour, 2)),
  );
  const { runs } = await accountOf(store, hourly(), [2, 20]);
  expect(runs.map(({ kind, readings, amountMicro }) => [kind, readings, amountMicro])).toEqual([
    ['rate', 18, '36000000'],
  ]);
});

test('an account resumes in the middle of any life, and is what is stored', async () => {
  const lives = Array.from({ length: 12 }, (_, index) => lifeOf(`m${index}`, seededRandom(1000 + index)));
  const store = await openWith(
    lives.map(({ meter }) => meter),
    lives.flatMap(({ rows }) => rows),
  );
  const random = seededRandom(5);
  const firstMs = zone.at(2026, 3, 30);
  for (const { meter } of lives) {
    for (let range = 0; range < 4; range++) {
      const fromMs = firstMs + Math.floor(random() * 160) * HOUR;
      const toMs = fromMs + HOUR + Math.floor(random() * 40) * HOUR;
      const account = await readAccount(store, zone, meter, { fromMs, toMs }, settings);
      expect(account.amountMicro, meter.id).toBe(await hoursOf(store, meter.id, fromMs, toMs));
    }
  }
});
