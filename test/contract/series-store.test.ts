import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { METRICS, type Metric, USAGE_MEDIA } from '../../domain/quantity.ts';
import type { ReadingRow } from '../../domain/reading.ts';
import { openDuckdbStore } from '../../storage/series/duckdb/open-duckdb-store.ts';
import { openInfluxStore } from '../../storage/series/influx/open-influx-store.ts';
import type { BaseUsage, InstitutionUsage, MeterUsage, SeriesStore, TouchedRange } from '../../storage/series/port.ts';
import { startInfluxd, type Influxd } from '../support/influxd.ts';
import { isMissing } from '../support/is-missing.ts';

const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 2, 1);
const FOREVER: [number, number] = [0, Date.UTC(2090, 0, 1)];
/** Every character that an id may hold. */
const ALL_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-';

/** A process that writes into a DuckDB file and waits to be killed. */
const WRITER = fileURLToPath(new URL('../support/write-then-wait.ts', import.meta.url));

interface Engine {
  name: string;
  start(): Promise<void>;
  /** Opens the store of the running test; again: the same data. */
  open(): Promise<SeriesStore>;
  /** Makes the next open() an empty store. */
  renew(): void;
  stop(): Promise<void>;
}

const duckdb: Engine & { folder: string; number: number } = {
  name: 'duckdb',
  folder: '',
  number: 0,
  async start() {
    this.folder = mkdtempSync(join(tmpdir(), 'series-'));
  },
  open() {
    return openDuckdbStore({ file: join(this.folder, `${this.number}.duckdb`) });
  },
  renew() {
    this.number++;
  },
  async stop() {
    rmSync(this.folder, { recursive: true });
  },
};

let clock = Date.UTC(2026, 10, 1);

const influx: Engine & { server: Influxd | undefined; number: number } = {
  name: 'influxdb',
  server: undefined,
  number: 0,
  async start() {
    this.server = await startInfluxd();
  },
  open() {
    return openInfluxStore({ url: this.server!.url, database: `contract ${this.number}`, now: () => clock });
  },
  renew() {
    this.number++;
  },
  async stop() {
    await this.server?.stop();
  },
};

function reading(meter: string, at: number, value: number, position = 1, metric: Metric = 'total'): ReadingRow {
  return { meter, metric, observedAtMs: at, value, receivedAtMs: at + 1500, flags: position % 2, position };
}

function base(meter: string, firstStart: number, values: readonly bigint[], toMs?: number): BaseUsage {
  return {
    meter,
    fromMs: firstStart,
    toMs: toMs ?? firstStart + values.length * HOUR,
    starts: Float64Array.from(values, (_, index) => firstStart + index * HOUR),
    values: BigInt64Array.from(values),
    qualities: Uint8Array.from(values, (_, index) => index % 5),
    states: values.map((value, index) => `{"register":${index}.25,"text":"a \\"quoted\\", \\\\ 节能","at":${value}}`),
  };
}

function sum(startMs: number, micro: bigint): Omit<MeterUsage, 'meter'> {
  return {
    startMs,
    endMs: startMs + HOUR,
    micro,
    measuredMs: HOUR - 600,
    estimatedMs: 300,
    manualMs: 200,
    missingMs: 100,
  };
}

function institutionSum(
  institution: string,
  medium: InstitutionUsage['medium'],
  subItem: string,
  startMs: number,
  micro: bigint,
): InstitutionUsage {
  return { institution, medium, subItem, ...sum(startMs, micro) };
}

/** The union of ranges, by meter. */
function covered(ranges: readonly TouchedRange[]): TouchedRange[] {
  const ordered = ranges.toSorted((a, b) => a.meter.localeCompare(b.meter) || a.fromMs - b.fromMs);
  const union: TouchedRange[] = [];
  for (const range of ordered) {
    const last = union.at(-1);
    if (last?.meter === range.meter && range.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, range.toMs);
    else union.push({ ...range });
  }
  return union;
}

for (const engine of [duckdb, influx]) {
  describe.skipIf(engine === influx && isMissing('influxd'))(`series store on ${engine.name}`, () => {
    let store: SeriesStore;
    const knownRows = async (
      step: 'day' | 'month',
      ids: readonly string[],
      fromMs: number,
      toMs: number,
    ): Promise<unknown[]> => {
      const { institutions, media, starts, micro, knownMs } = await store.knownUsage(step, ids, fromMs, toMs);
      return Array.from(institutions, (place, row) => [
        ids[place],
        USAGE_MEDIA[media[row]!],
        starts[row],
        micro[row],
        knownMs[row],
      ]).sort((a, b) => (a.join() < b.join() ? -1 : 1));
    };
    beforeAll(() => engine.start(), 40_000);
    afterAll(() => engine.stop());
    beforeEach(async () => {
      engine.renew();
      store = await engine.open();
    });
    afterEach(() => store.close());

    const stored = (meter: string) => store.readings(meter, ...FOREVER, 100_000);
    const registerBefore = async (meter: string, atMs: number) =>
      (await store.registerBeforeEach([{ meter, atMs }])).get(meter);
    const registerFrom = async (meter: string, atMs: number) =>
      (await store.registerFromEach([{ meter, atMs }])).get(meter);
    const baseUsageAt = async (meter: string, atMs: number) =>
      (await store.baseUsageAtEach([{ meter, atMs }])).get(meter);

    test('health names the engine and its version', async () => {
      expect(await store.health()).toEqual({
        kind: engine.name,
        version: expect.stringMatching(/^v?\d+\.\d+/) as string,
        product: expect.stringMatching(/^(DuckDB|InfluxDB) \d+\.\d+/) as string,
        ok: true,
      });
    });

    test('an empty store answers every question', async () => {
      expect(await store.readings('m', ...FOREVER, 10)).toEqual([]);
      expect(await store.latest(['m'])).toEqual([]);
      expect(await store.registers(['m'], ...FOREVER)).toEqual([]);
      expect(await store.registers([], ...FOREVER)).toEqual([]);
      expect(await registerBefore('m', T0)).toBeUndefined();
      expect(await registerFrom('m', T0)).toBeUndefined();
      expect(await store.means(['m'], 'temperature', T0, T0 + HOUR, HOUR)).toEqual([]);
      expect((await store.baseUsage('m', T0, T0 + HOUR)).starts).toHaveLength(0);
      expect(await baseUsageAt('m', T0)).toBeUndefined();
      expect(await store.meterUsage('day', ['m'], ...FOREVER)).toEqual([]);
      expect(await store.firstUsage(['m'])).toEqual(new Map());
      expect(await store.firstUsage([])).toEqual(new Map());
      expect(await store.institutionUsage('day', ['i'], ...FOREVER)).toEqual([]);
      expect(await store.dayChanges(['m'], ...FOREVER)).toEqual([]);
      expect((await store.touchedSince(0)).ranges).toEqual([]);
      expect(await store.writeReadings([])).toEqual({ stored: 0, duplicates: 0, conflicts: 0 });
    });

    test('readings come back whole, by time and metric, up to the limit', async () => {
      const rows = METRICS.flatMap((metric, index) =>
        [2, 0, 1].map((hour) => reading('m', T0 + hour * HOUR, index + hour / 7 + 0.1, index + 10, metric)),
      );
      expect(await store.writeReadings(rows)).toEqual({ stored: rows.length, duplicates: 0, conflicts: 0 });
      const ordered = rows.toSorted(
        (a, b) => a.observedAtMs - b.observedAtMs || METRICS.indexOf(a.metric) - METRICS.indexOf(b.metric),
      );
      expect(await stored('m')).toEqual(ordered);
      expect(await store.readings('m', ...FOREVER, 5)).toEqual(ordered.slice(0, 5));
      expect(await store.readings('m', T0 + HOUR, T0 + 2 * HOUR, 100)).toEqual(
        ordered.slice(METRICS.length, 2 * METRICS.length),
      );
    });

    test('extreme values and numbers are kept to the last digit', async () => {
      const values = [0, -0.1, 1 / 3, 1e-9, 123456789.123456, 2 ** 53 + 2, 5e-324, 1.7976931348623157e308];
      const rows = values.map((value, index) => reading('m', T0 + index, value, Number.MAX_SAFE_INTEGER - 1));
      await store.writeReadings(rows);
      expect(await stored('m')).toEqual(rows);
    });

    const unstorable: { name: string; change: Partial<ReadingRow> }[] = [
      { name: 'not a number', change: { value: Number.NaN } },
      { name: 'infinite', change: { value: Number.POSITIVE_INFINITY } },
      { name: 'a broken time', change: { observedAtMs: T0 + 0.5 } },
      { name: 'a broken position', change: { position: 0.5 } },
      { name: 'flags beyond a byte', change: { flags: 256 } },
    ];
    for (const { name, change } of unstorable)
      test(`a row that cannot be kept is rejected for good: ${name}`, async () => {
        const rows = [reading('m', T0 - 1, 1), { ...reading('m', T0, 1), ...change }];
        await expect(store.writeReadings(rows)).rejects.toMatchObject({ code: 'store-rejected', retryable: false });
        expect(await stored('m')).toEqual([]);
      });

    test('writing again changes nothing and counts duplicates', async () => {
      const rows = [0, 1, 2, 3].map((hour) => reading('m', T0 + hour * HOUR, hour));
      await store.writeReadings(rows);
      const later = rows.map((row) => ({ ...row, position: 99, receivedAtMs: row.receivedAtMs + 5, flags: 1 }));
      expect(await store.writeReadings([...later, reading('m', T0 + 4 * HOUR, 4)])).toEqual({
        stored: 1,
        duplicates: 4,
        conflicts: 0,
      });
      expect((await stored('m')).slice(0, 4)).toEqual(rows);
    });

    test('batches in any order end in the same rows', async () => {
      const rows = Array.from({ length: 60 }, (_, index) => reading(`m${index % 3}`, T0 + index * HOUR, index));
      const shuffled = rows.toSorted((a, b) => ((a.value * 7) % 61) - ((b.value * 7) % 61));
      const outcomes = [];
      for (let from = 0; from < 60; from += 11)
        outcomes.push(await store.writeReadings(shuffled.slice(from, from + 11)));
      expect(outcomes.reduce((total, outcome) => total + outcome.stored, 0)).toBe(60);
      for (const meter of ['m0', 'm1', 'm2'])
        expect(await stored(meter)).toEqual(rows.filter((row) => row.meter === meter));
    });

    test('repeated keys within a batch: the highest position wins', async () => {
      const outcome = await store.writeReadings([
        reading('m', T0, 1, 10),
        reading('m', T0, 3, 30),
        reading('m', T0, 2, 20),
        reading('m', T0, 3, 5),
        reading('m', T0, 7, 30, 't1'),
      ]);
      expect(outcome).toEqual({ stored: 2, duplicates: 1, conflicts: 2 });
      expect(await stored('m')).toEqual([reading('m', T0, 3, 30), reading('m', T0, 7, 30, 't1')]);
    });

    const conflicts: { name: string; first: ReadingRow; second: ReadingRow; winner: 'first' | 'second' }[] = [
      { name: 'higher later', first: reading('m', T0, 1, 10), second: reading('m', T0, 2, 11), winner: 'second' },
      { name: 'lower later', first: reading('m', T0, 1, 10), second: reading('m', T0, 2, 9), winner: 'first' },
      { name: 'equal positions', first: reading('m', T0, 1, 10), second: reading('m', T0, 2, 10), winner: 'first' },
    ];
    for (const { name, first, second, winner } of conflicts)
      test(`conflict across batches: ${name}`, async () => {
        const others = [reading('m', T0 - HOUR, 5, 1), reading('m', T0 + HOUR, 6, 1), reading('n', T0, 7, 1)];
        await store.writeReadings([first, ...others]);
        expect(await store.writeReadings([second])).toEqual({ stored: 0, duplicates: 0, conflicts: 1 });
        const kept = winner === 'first' ? first : second;
        expect(await stored('m')).toEqual([others[0], kept, others[1]]);
        expect(await stored('n')).toEqual([others[2]]);
      });

    test('a newer value of the newest reading is the latest', async () => {
      await store.writeReadings([reading('m', T0, 1, 1), reading('m', T0, 20, 1, 'temperature')]);
      await store.writeReadings([reading('m', T0, 2, 2), reading('m', T0 - 1, 3, 3), reading('n', T0, 9, 9)]);
      const latest = await store.latest(['m', 'n', 'unknown']);
      expect(latest).toHaveLength(3);
      expect(latest).toEqual(
        expect.arrayContaining([
          reading('m', T0, 2, 2),
          reading('m', T0, 20, 1, 'temperature'),
          reading('n', T0, 9, 9),
        ]),
      );
    });

    test('the touch log names what was written, page by page, until forgotten', async () => {
      await store.writeReadings([reading('a', T0, 1), reading('a', T0 + HOUR, 2), reading('b', T0, 1)]);
      const first = await store.touchedSince(0);
      expect(covered(first.ranges)).toEqual([
        { meter: 'a', fromMs: T0, toMs: T0 + HOUR },
        { meter: 'b', fromMs: T0, toMs: T0 },
      ]);
      // Not dealt with: asked again with the old number, it comes again.
      expect(covered((await store.touchedSince(0)).ranges)).toEqual(covered(first.ranges));

      clock += 10;
      await store.writeReadings([reading('a', T0 - 400 * 24 * HOUR, 0.5, 2), reading('a', T0 + 2 * HOUR, 3)]);
      const second = await store.touchedSince(first.sequence);
      expect(second.sequence).toBeGreaterThan(first.sequence);
      // One late reading does not touch the year between.
      expect(covered(second.ranges)).toEqual([
        { meter: 'a', fromMs: T0 - 400 * 24 * HOUR, toMs: T0 - 400 * 24 * HOUR },
        { meter: 'a', fromMs: T0 + 2 * HOUR, toMs: T0 + 2 * HOUR },
      ]);
      expect((await store.touchedSince(second.sequence)).ranges).toEqual([]);

      await store.forgetTouched(second.sequence);
      clock += HOUR;
      await store.writeReadings([reading('b', T0 + HOUR, 2)]);
      const third = await store.touchedSince(second.sequence);
      expect(third.ranges).toEqual([{ meter: 'b', fromMs: T0 + HOUR, toMs: T0 + HOUR }]);
      await store.forgetTouched(third.sequence);
      // Of what is long forgotten nothing comes back, not even from the beginning.
      expect((await store.touchedSince(0)).ranges.filter((range) => range.meter === 'a')).toEqual([]);
    });

    test('what is touched again comes behind all that a page has named', async () => {
      await store.writeReadings([reading('a', T0, 1)]);
      const first = await store.touchedSince(0);
      clock += 1;
      await store.touch([
        { meter: 'a', fromMs: T0, toMs: T0 },
        { meter: 'without readings', fromMs: T0 + 1, toMs: T0 + 2 },
      ]);
      await store.forgetTouched(first.sequence);
      const second = await store.touchedSince(first.sequence);
      expect(second.sequence).toBeGreaterThan(first.sequence);
      expect(covered(second.ranges)).toEqual([
        { meter: 'a', fromMs: T0, toMs: T0 },
        { meter: 'without readings', fromMs: T0 + 1, toMs: T0 + 2 },
      ]);
    });

    test('the touch log goes on counting after it was emptied and reopened', async () => {
      await store.writeReadings([reading('a', T0, 1)]);
      const { sequence } = await store.touchedSince(0);
      await store.forgetTouched(sequence);
      await store.close();
      store = await engine.open();
      clock += 1;
      await store.writeReadings([reading('b', T0, 1)]);
      expect((await store.touchedSince(sequence)).ranges).toContainEqual({ meter: 'b', fromMs: T0, toMs: T0 });
    });

    test('a corrected value is touched', async () => {
      await store.writeReadings([reading('a', T0, 1, 1), reading('a', T0 + HOUR, 2, 1)]);
      const { sequence } = await store.touchedSince(0);
      clock += 1;
      await store.writeReadings([reading('a', T0, 1.5, 2)]);
      expect((await store.touchedSince(sequence)).ranges).toEqual([{ meter: 'a', fromMs: T0, toMs: T0 }]);
    });

    test('registers of several meters, in columns, by rising time', async () => {
      const meters = Array.from({ length: 250 }, (_, index) => `m${index}`);
      const rows = meters.flatMap((meter, index) =>
        Array.from({ length: 20 }, (_, hour) => reading(meter, T0 + hour * HOUR, index * 1000 + hour)),
      );
      await store.writeReadings([...rows.toReversed(), reading('m1', T0 + 5, 77, 1, 'rate'), reading('z', T0, 1)]);
      const series = await store.registers([...meters, 'unknown'], T0 + HOUR, T0 + 11 * HOUR);
      expect(series.map(({ meter }) => meter).toSorted()).toEqual(meters.toSorted());
      for (const { meter, times, values } of series) {
        const index = Number(meter.slice(1));
        expect([...times]).toEqual(Array.from({ length: 10 }, (_, hour) => T0 + (hour + 1) * HOUR));
        expect([...values]).toEqual(Array.from({ length: 10 }, (_, hour) => index * 1000 + hour + 1));
      }
    });

    test('a long register is read whole', async () => {
      const rows = Array.from({ length: 23_456 }, (_, minute) => reading('m', T0 + minute * 60_000, minute / 100));
      await store.writeReadings(rows);
      const [series] = await store.registers(['m'], ...FOREVER);
      expect([...series!.times]).toEqual(rows.map((row) => row.observedAtMs));
      expect([...series!.values]).toEqual(rows.map((row) => row.value));
    });

    test('the registers around a time', async () => {
      await store.writeReadings([
        reading('m', T0, 1),
        reading('m', T0 + HOUR, 2),
        reading('m', T0 + 90, 5, 1, 'reverse'),
        reading('n', T0 + 80, 9),
      ]);
      expect(await registerBefore('m', T0)).toBeUndefined();
      expect(await registerBefore('m', T0 + 1)).toEqual({ observedAtMs: T0, value: 1 });
      expect(await registerBefore('m', T0 + HOUR)).toEqual({ observedAtMs: T0, value: 1 });
      expect(await registerFrom('m', T0)).toEqual({ observedAtMs: T0, value: 1 });
      expect(await registerFrom('m', T0 + 1)).toEqual({ observedAtMs: T0 + HOUR, value: 2 });
      expect(await registerFrom('m', T0 + HOUR + 1)).toBeUndefined();
    });

    test('the registers around the times of many meters at once', async () => {
      const many = Array.from({ length: 1200 }, (_, index) => `m${index}`);
      await store.writeReadings([
        ...many.map((meter, index) => reading(meter, T0 + index, index)),
        reading('old', T0 - 300 * 24 * HOUR, 7),
        reading('old', T0 - 299 * 24 * HOUR, 8, 1, 'reverse'),
        reading('old', T0 - 30 * 24 * HOUR, 9),
        reading('gone', T0 - 300 * 24 * HOUR, 6),
        reading('power', T0, 5, 1, 'voltage'),
      ]);
      const at = (meter: string, atMs: number) => ({ meter, atMs });
      const instants = [
        ...many.map((meter, index) => at(meter, T0 + index + 1)),
        at('unknown', T0),
        at('power', T0 + 1),
      ];
      const before = await store.registerBeforeEach([...instants, at('old', T0), at('gone', T0)]);
      expect(before.size).toBe(many.length + 2);
      expect(before.get('m1199')).toEqual({ observedAtMs: T0 + 1199, value: 1199 });
      expect(before.get('old')).toEqual({ observedAtMs: T0 - 30 * 24 * HOUR, value: 9 });
      expect(before.get('gone')).toEqual({ observedAtMs: T0 - 300 * 24 * HOUR, value: 6 });
      expect(await store.registerBeforeEach([at('m1', T0 + 1), at('old', T0 - 30 * 24 * HOUR)])).toEqual(
        new Map([['old', { observedAtMs: T0 - 300 * 24 * HOUR, value: 7 }]]),
      );
      expect(await store.registerFromEach([at('m1', T0 + 1), at('m2', T0 + 3), at('old', 0), at('gone', T0)])).toEqual(
        new Map([
          ['m1', { observedAtMs: T0 + 1, value: 1 }],
          ['old', { observedAtMs: T0 - 300 * 24 * HOUR, value: 7 }],
        ]),
      );
      expect((await store.registerFromEach([])).size).toBe(0);
    });

    test('any metric has its series and its readings around a time', async () => {
      await store.writeReadings([
        reading('m', T0, 1),
        reading('m', T0, 5, 1, 't1'),
        reading('m', T0 + HOUR, 6, 1, 't1'),
        reading('m', T0 + 2 * HOUR, T0 + HOUR, 1, 'deltaFrom'),
        reading('n', T0 + HOUR, 9, 1, 't1'),
      ]);
      const series = await store.registers(['n', 'm'], T0, T0 + 2 * HOUR, 't1');
      const byMeter = new Map(series.map(({ meter, times, values }) => [meter, [[...times], [...values]]]));
      expect(byMeter).toEqual(
        new Map([
          [
            'm',
            [
              [T0, T0 + HOUR],
              [5, 6],
            ],
          ],
          ['n', [[T0 + HOUR], [9]]],
        ]),
      );
      expect((await store.registers(['m', 'n'], ...FOREVER, 'deltaFrom')).map(({ values }) => [...values])).toEqual([
        [T0 + HOUR],
      ]);
      const at = (meter: string, atMs: number) => ({ meter, atMs });
      expect(await store.registerBeforeEach([at('m', T0 + HOUR), at('n', T0)], 't1')).toEqual(
        new Map([['m', { observedAtMs: T0, value: 5 }]]),
      );
      expect(await store.registerFromEach([at('m', T0 + 1), at('n', T0)], 't1')).toEqual(
        new Map([
          ['m', { observedAtMs: T0 + HOUR, value: 6 }],
          ['n', { observedAtMs: T0 + HOUR, value: 9 }],
        ]),
      );
    });

    const change = (meter: string, day: number, micros: [bigint | null, bigint | null], changedAtMs: number) => ({
      meter,
      dayMs: T0 + day * 24 * HOUR,
      changedAtMs,
      microBefore: micros[0],
      qualityBefore: micros[0] === null ? ('missing' as const) : ('measured' as const),
      microAfter: micros[1],
      qualityAfter: micros[1] === null ? ('missing' as const) : ('estimated' as const),
    });

    test('the ledger of late data: in order, a repeat leaves one, a change back is one', async () => {
      const first = [
        change('b', 3, [1n, 2n], 50),
        change('a', 1, [null, 2n ** 62n], 50),
        change('a', 0, [5n, null], 50),
      ];
      await store.logDayChanges(first);
      await store.logDayChanges(first.map((one) => ({ ...one, changedAtMs: 60 })));
      const back = { ...change('b', 3, [2n, 1n], 70), qualityBefore: 'estimated' as const };
      const again = change('b', 3, [1n, 2n], 80);
      await store.logDayChanges([back]);
      await store.logDayChanges([again, change('c', 2, [0n, 0n], 80)]);
      await store.logDayChanges([]);
      expect(await store.dayChanges(['b', 'a', 'unknown'], ...FOREVER)).toEqual([
        first[2],
        first[1],
        first[0],
        back,
        again,
      ]);
      expect(await store.dayChanges(['a', 'b', 'c'], T0 + 24 * HOUR, T0 + 3 * 24 * HOUR)).toEqual([
        first[1],
        change('c', 2, [0n, 0n], 80),
      ]);
      expect(await store.dayChanges([], ...FOREVER)).toEqual([]);
    });

    test('the ledger outlives what it speaks of', async () => {
      await store.writeReadings([reading('a', T0, 1)]);
      const one = change('a', 0, [5n, 7n], 50);
      await store.logDayChanges([one]);
      await store.dropUsage();
      await store.close();
      store = await engine.open();
      await store.logDayChanges([{ ...one, changedAtMs: 90 }]);
      expect(await store.dayChanges(['a'], ...FOREVER)).toEqual([one]);
    });

    test('means over steps of the epoch', async () => {
      await store.writeReadings([
        ...[21, 22, 23.5].map((value, index) => reading('t', T0 + index * 1000, value, 1, 'temperature')),
        reading('t', T0 + 2 * HOUR, -4, 1, 'temperature'),
        reading('t', T0, 900, 1, 'total'),
        reading('u', T0 + HOUR - 1, 19, 1, 'temperature'),
      ]);
      const rows = await store.means(['t', 'u', 'unknown'], 'temperature', T0, T0 + 3 * HOUR, HOUR);
      const byKey = rows.toSorted((a, b) => a.meter.localeCompare(b.meter) || a.startMs - b.startMs);
      expect(byKey.map(({ mean, ...rest }) => ({ ...rest, mean: Math.round(mean * 1e9) / 1e9 }))).toEqual([
        { meter: 't', startMs: T0, mean: 22.166666667, min: 21, max: 23.5, count: 3 },
        { meter: 't', startMs: T0 + 2 * HOUR, mean: -4, min: -4, max: -4, count: 1 },
        { meter: 'u', startMs: T0, mean: 19, min: 19, max: 19, count: 1 },
      ]);
    });

    test('the first hour of each meter, in whatever order hours came; days and months have no say', async () => {
      const hours = (meter: string, ...at: number[]): MeterUsage[] =>
        at.map((hour) => ({ meter, ...sum(T0 + hour * HOUR, 0n) }));
      await store.putMeterUsage('hour', [...hours('b', 5, 9), ...hours('a', 7)]);
      await store.putMeterUsage('hour', [...hours('a', 2, 3), ...hours('other', 0)]);
      await store.putMeterUsage('month', [...hours('a', 1), ...hours('no hour', 1)]);
      const firsts = new Map([
        ['a', T0 + 2 * HOUR],
        ['b', T0 + 5 * HOUR],
      ]);
      expect(await store.firstUsage(['b', 'no hour', 'a', 'unknown'])).toEqual(firsts);
      const many = Array.from({ length: 700 }, (_, index) => `m${index}`);
      expect(await store.firstUsage([...many, 'a', 'b'])).toEqual(firsts);
      await store.dropUsage();
      expect(await store.firstUsage(['a', 'b'])).toEqual(new Map());
    });

    test('base usage: what is replaced is gone, what lies outside stays', async () => {
      await store.replaceBaseUsage([base('a', T0, [1n, 2n, 3n, 4n, 5n, 6n]), base('b', T0, [7n, 8n])]);
      expect(await store.baseUsage('a', T0, T0 + 6 * HOUR)).toEqual(base('a', T0, [1n, 2n, 3n, 4n, 5n, 6n]));
      // Hours 1 to 4 become a single interval; 0 and 5 stay.
      await store.replaceBaseUsage([base('a', T0 + 2 * HOUR, [30n], T0 + 3 * HOUR)]);
      await store.replaceBaseUsage([{ ...base('a', T0 + 3 * HOUR, [40n], T0 + 5 * HOUR), fromMs: T0 + HOUR }]);
      const left = await store.baseUsage('a', T0, T0 + 6 * HOUR);
      expect([...left.starts]).toEqual([T0, T0 + 3 * HOUR, T0 + 5 * HOUR]);
      expect([...left.values]).toEqual([1n, 40n, 6n]);
      // An empty block empties its range.
      await store.replaceBaseUsage([base('a', T0, [], T0 + 4 * HOUR), base('b', T0 + HOUR, [9n, 10n])]);
      expect([...(await store.baseUsage('a', ...FOREVER)).starts]).toEqual([T0 + 5 * HOUR]);
      expect([...(await store.baseUsage('b', ...FOREVER)).values]).toEqual([7n, 9n, 10n]);
      expect([...(await store.baseUsage('b', T0 + HOUR, T0 + 2 * HOUR)).values]).toEqual([9n]);
    });

    test('base usage: other steps over the same range replace the old ones', async () => {
      await store.replaceBaseUsage([base('a', T0, [1n, 2n, 3n, 4n, 5n, 6n])]);
      const half = { ...base('a', T0, [7n, 8n, 9n], T0 + 6 * HOUR), fromMs: T0 };
      half.starts = Float64Array.from([T0 + HOUR / 2, T0 + HOUR, T0 + 1.5 * HOUR]);
      await store.replaceBaseUsage([half]);
      expect(await store.baseUsage('a', T0, T0 + 6 * HOUR)).toEqual(half);
    });

    test('the base interval at a time, with its state', async () => {
      const block = base('a', T0, [1n, 2n, 3n]);
      await store.replaceBaseUsage([block]);
      expect(await baseUsageAt('a', T0 - 1)).toBeUndefined();
      expect(await baseUsageAt('a', T0)).toEqual({ startMs: T0, state: block.states[0] });
      expect(await baseUsageAt('a', T0 + 2 * HOUR - 1)).toEqual({ startMs: T0 + HOUR, state: block.states[1] });
      expect(await baseUsageAt('a', T0 + 99 * HOUR)).toEqual({ startMs: T0 + 2 * HOUR, state: block.states[2] });
    });

    test('base intervals of many meters at once', async () => {
      const [a, b, old] = [base('a', T0, [1n, 2n, 3n]), base('b', T0, [4n]), base('old', T0 - 900 * HOUR, [5n, 6n])];
      await store.replaceBaseUsage([a, b, old]);
      const runs = await store.baseUsageOfEach(['b', 'a', 'old', 'unknown'], T0 + HOUR, T0 + 3 * HOUR);
      expect(runs.map(({ meter, starts, values }) => [meter, [...starts], [...values]])).toEqual([
        ['a', [T0 + HOUR, T0 + 2 * HOUR], [2n, 3n]],
      ]);
      expect(await store.baseUsageOfEach([], ...FOREVER)).toEqual([]);
      const instants = [
        { meter: 'a', atMs: T0 + 2 * HOUR - 1 },
        { meter: 'b', atMs: T0 - 1 },
        { meter: 'old', atMs: T0 + 9000 * HOUR },
        { meter: 'unknown', atMs: T0 },
      ];
      expect(await store.baseUsageAtEach(instants)).toEqual(
        new Map([
          ['a', { startMs: T0 + HOUR, state: a.states[1] }],
          ['old', { startMs: T0 - 899 * HOUR, state: old.states[1] }],
        ]),
      );
      expect((await store.baseUsageAtEach([])).size).toBe(0);
    });

    test('64-bit integers are exact', async () => {
      const values = [2n ** 63n - 1n, -(2n ** 63n) + 1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 0n, 1_234_567_890_123_456n];
      await store.replaceBaseUsage([base('a', T0, values)]);
      expect(await store.baseUsage('a', T0, T0 + values.length * HOUR)).toEqual(base('a', T0, values));
      const sums = values.map((value, index) => ({ meter: 'a', ...sum(T0 + index * HOUR, value) }));
      await store.putMeterUsage('hour', sums);
      expect(await store.meterUsage('hour', ['a'], ...FOREVER)).toEqual(sums);
      const own = values.map((value, index) => institutionSum('i', 'heat', '', T0 + index * HOUR, value));
      await store.replaceInstitutionUsage('hour', ['i'], ...FOREVER, own);
      expect(await store.institutionUsage('hour', ['i'], ...FOREVER)).toEqual(own);
    });

    for (const step of ['hour', 'day', 'month'] as const)
      test(`meter sums by ${step} overwrite by meter and start`, async () => {
        const row = (meter: string, hour: number, micro: bigint) => ({ meter, ...sum(T0 + hour * HOUR, micro) });
        await store.putMeterUsage(step, [row('b', 0, 1n), row('a', 1, 2n), row('a', 0, 3n), row('c', 0, 4n)]);
        await store.putMeterUsage(step, [{ ...row('a', 1, 20n), endMs: T0 + 9 * HOUR }, row('a', 2, 5n)]);
        expect(await store.meterUsage(step, ['b', 'a', 'unknown'], T0, T0 + 2 * HOUR)).toEqual([
          row('a', 0, 3n),
          { ...row('a', 1, 20n), endMs: T0 + 9 * HOUR },
          row('b', 0, 1n),
        ]);
        expect(await store.meterUsage(step, ['a'], T0 + 2 * HOUR, T0 + 3 * HOUR)).toEqual([row('a', 2, 5n)]);
      });

    for (const step of ['day', 'month'] as const)
      test(`known use by ${step} holds sub-items together, leaves out what is missing, and follows a change at once`, async () => {
        const missing = { measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: HOUR };
        const known = HOUR - 100;
        const mixed = { measuredMs: 1000, estimatedMs: 200, manualMs: 30, missingMs: HOUR - 1230 };
        const rows = [
          institutionSum('甲 局, "x"=1', 'electricity', '', T0, 1n),
          { ...institutionSum('甲 局, "x"=1', 'electricity', 'A1', T0, 20n), ...mixed },
          { ...institutionSum('甲 局, "x"=1', 'electricity', 'B1', T0, 0n), ...missing },
          { ...institutionSum('甲 局, "x"=1', 'electricity', 'B1', T0 + HOUR, 0n), ...missing },
          institutionSum('甲 局, "x"=1', 'electricity', 'A1', T0 + HOUR, -3n),
          institutionSum('甲 局, "x"=1', 'water', '', T0, 2n ** 63n - 1n),
          institutionSum('甲 局, "x"=1', 'water', 'w', T0, 5n),
        ];
        const other = institutionSum('A', 'cooling', '', T0, 9n);
        const ids = ['unknown', '甲 局, "x"=1', 'A'];
        await store.replaceInstitutionUsage(step, ids, ...FOREVER, [other, ...rows]);
        expect(await knownRows(step, ids, ...FOREVER)).toEqual([
          ['A', 'cooling', T0, 9n, known],
          ['甲 局, "x"=1', 'electricity', T0, 21n, known + 1230],
          ['甲 局, "x"=1', 'electricity', T0 + HOUR, -3n, known],
          ['甲 局, "x"=1', 'water', T0, 2n ** 63n - 1n, 2 * known],
        ]);
        expect(await knownRows(step, ['A'], ...FOREVER)).toEqual([['A', 'cooling', T0, 9n, known]]);
        expect(await knownRows(step, ids, T0 + 1, T0 + HOUR)).toEqual([]);
        expect(await knownRows(step, ['unknown'], ...FOREVER)).toEqual([]);

        // As many as a city has: those that were not asked for stay out.
        const many = Array.from({ length: 300 }, (_, n) => `none-${n}`);
        expect(await knownRows(step, [...many, 'A'], ...FOREVER)).toEqual([['A', 'cooling', T0, 9n, known]]);

        await store.replaceInstitutionUsage(step, ids, ...FOREVER, [{ ...other, micro: 10n }]);
        expect(await knownRows(step, ids, ...FOREVER)).toEqual([['A', 'cooling', T0, 10n, known]]);
      });

    for (const step of ['hour', 'day', 'month'] as const)
      test(`institution sums by ${step} are replaced within their range`, async () => {
        const rows = [
          institutionSum('甲 局, "x"=1', 'electricity', '', T0, 1n),
          institutionSum('甲 局, "x"=1', 'electricity', 'lighting', T0, 2n),
          institutionSum('甲 局, "x"=1', 'electricity', 'lighting', T0 + HOUR, 3n),
          institutionSum('甲 局, "x"=1', 'water', '', T0, 4n),
        ];
        const other = institutionSum('A', 'electricity', 'lighting', T0, 9n);
        const ids = ['甲 局, "x"=1', 'A'];
        await store.replaceInstitutionUsage(step, ids, T0, T0 + 2 * HOUR, [...rows.toReversed(), other]);
        expect(await store.institutionUsage(step, ids, ...FOREVER)).toEqual([other, ...rows]);
        expect(await store.institutionUsage(step, ids, ...FOREVER, 'water')).toEqual([rows[3]]);
        // Of the first hour the sub-item and the water are gone; the second hour is out of range.
        const next = [institutionSum('甲 局, "x"=1', 'electricity', '', T0, 10n)];
        await store.replaceInstitutionUsage(step, ['甲 局, "x"=1'], T0, T0 + HOUR, next);
        expect(await store.institutionUsage(step, ids, ...FOREVER)).toEqual([other, next[0], rows[2]]);
        await store.replaceInstitutionUsage(step, ids, ...FOREVER, []);
        expect(await store.institutionUsage(step, ids, ...FOREVER)).toEqual([]);
      });

    test('dropping usage leaves the readings and touches all of them', async () => {
      const rows = [reading('a', T0, 1), reading('a', T0 + 500 * HOUR, 2), reading('b', T0 + 3, 1, 1, 'temperature')];
      await store.writeReadings(rows);
      const { sequence } = await store.touchedSince(0);
      await store.forgetTouched(sequence);
      await store.replaceBaseUsage([base('a', T0, [1n, 2n])]);
      await store.putMeterUsage('month', [{ meter: 'a', ...sum(T0, 1n) }]);
      await store.replaceInstitutionUsage('day', ['i'], ...FOREVER, [institutionSum('i', 'water', '', T0, 1n)]);
      clock += 1;
      await store.dropUsage();
      expect((await store.baseUsage('a', ...FOREVER)).starts).toHaveLength(0);
      expect(await store.meterUsage('month', ['a'], ...FOREVER)).toEqual([]);
      expect(await store.institutionUsage('day', ['i'], ...FOREVER)).toEqual([]);
      expect(covered((await store.touchedSince(sequence)).ranges)).toEqual([
        { meter: 'a', fromMs: T0, toMs: T0 + 500 * HOUR },
        { meter: 'b', fromMs: T0 + 3, toMs: T0 + 3 },
      ]);
      expect(await stored('a')).toEqual(rows.slice(0, 2));
      await store.replaceBaseUsage([base('a', T0, [3n])]);
      expect([...(await store.baseUsage('a', ...FOREVER)).values]).toEqual([3n]);
    });

    test("the drain's position stands or falls with the rows it came with", async () => {
      const keeps = engine === duckdb;
      expect(await store.storedThrough()).toBe(keeps ? 0 : undefined);
      await store.writeReadings([reading('a', T0, 1)], 4711);
      await store.writeReadings([reading('a', T0 + HOUR, 2)]);
      expect(await store.storedThrough()).toBe(keeps ? 4711 : undefined);
      const bad = [reading('b', T0, 1), reading('b', T0 + 0.5, 1)];
      await expect(store.writeReadings(bad, 5000)).rejects.toMatchObject({ code: 'store-rejected' });
      expect(await store.storedThrough()).toBe(keeps ? 4711 : undefined);
      expect(await store.writeReadings([], Number.MAX_SAFE_INTEGER)).toEqual({
        stored: 0,
        duplicates: 0,
        conflicts: 0,
      });
      await store.close();
      store = await engine.open();
      expect(await store.storedThrough()).toBe(keeps ? Number.MAX_SAFE_INTEGER : undefined);
      expect(await stored('a')).toHaveLength(2);
      expect((await store.touchedSince(0)).ranges.filter(({ meter }) => meter === 'b')).toEqual([]);
    });

    test('ids of every allowed character, apart from each other', async () => {
      const ids = [ALL_CHARACTERS, ALL_CHARACTERS.toLowerCase(), '-', '_', '--', '0', 'true', 'null'];
      await store.writeReadings(ids.map((id, index) => reading(id, T0, index + 1)));
      await store.replaceBaseUsage(ids.map((id, index) => base(id, T0, [BigInt(index)])));
      const latest = await store.latest(ids);
      expect(new Map(latest.map((row) => [row.meter, row.value]))).toEqual(
        new Map(ids.map((id, index) => [id, index + 1])),
      );
      for (const [index, id] of ids.entries())
        expect([...(await store.baseUsage(id, ...FOREVER)).values]).toEqual([BigInt(index)]);
      expect(new Set((await store.touchedSince(0)).ranges.map((range) => range.meter))).toEqual(new Set(ids));
    });

    test('everything is there after closing and opening again', async () => {
      const rows = [reading('a', T0, 1, 5), reading('a', T0 + HOUR, 2, 6)];
      await store.writeReadings(rows);
      await store.replaceBaseUsage([base('a', T0, [1n])]);
      await store.putMeterUsage('hour', [{ meter: 'a', ...sum(T0, 1n) }]);
      await store.replaceInstitutionUsage('hour', ['i'], ...FOREVER, [institutionSum('i', 'heat', 'x', T0, 1n)]);
      await store.close();
      store = await engine.open();
      expect(await stored('a')).toEqual(rows);
      expect(await store.latest(['a'])).toEqual([rows[1]]);
      expect([...(await store.baseUsage('a', ...FOREVER)).values]).toEqual([1n]);
      expect(await store.meterUsage('hour', ['a'], ...FOREVER)).toEqual([{ meter: 'a', ...sum(T0, 1n) }]);
      expect(await store.institutionUsage('hour', ['i'], ...FOREVER)).toHaveLength(1);
      expect(covered((await store.touchedSince(0)).ranges)).toEqual([{ meter: 'a', fromMs: T0, toMs: T0 + HOUR }]);
      // The newest times are known again: no duplicate is appended.
      expect(await store.writeReadings([rows[0]!, reading('a', T0 + HOUR, 2.5, 7), reading('b', T0, 1)])).toEqual({
        stored: 1,
        duplicates: 1,
        conflicts: 1,
      });
      expect(await stored('a')).toEqual([rows[0], reading('a', T0 + HOUR, 2.5, 7)]);
    });

    test('writers and readers at the same time', async () => {
      const batches = Array.from({ length: 12 }, (_, batch) =>
        Array.from({ length: 300 }, (__, index) => reading(`m${index % 5}`, T0 + (batch * 300 + index) * 1000, index)),
      );
      const outcomes = Promise.all(batches.map((batch) => store.writeReadings(batch)));
      const reads = Promise.all(
        Array.from({ length: 12 }, () => store.registers(['m0', 'm1', 'm2', 'm3', 'm4'], ...FOREVER)),
      );
      expect((await outcomes).every(({ stored: count }) => count === 300)).toBe(true);
      await reads;
      const all = await store.registers(['m0', 'm1', 'm2', 'm3', 'm4'], ...FOREVER);
      expect(all.reduce((total, { times }) => total + times.length, 0)).toBe(3600);
    });
  });
}

describe('DuckDB alone', () => {
  test('what a resolved write stored survives kill -9', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'series-'));
    const file = join(folder, 'killed.duckdb');
    const child = spawn(process.execPath, ['--import', 'tsx', WRITER, file, '5000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    expect(line).toBe('stored');
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    const store = await openDuckdbStore({ file });
    const meters = [0, 1, 2, 3, 4, 5, 6].map((index) => `killed-${index}`);
    const series = await store.registers(meters, ...FOREVER);
    expect(series.flatMap(({ values }) => [...values]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 5000 }, (_, index) => index),
    );
    expect(await store.storedThrough()).toBe(5000);
    await store.close();
    rmSync(folder, { recursive: true });
  }, 30_000);

  test('a file that another process holds is refused as held', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'series-'));
    const file = join(folder, 'held.duckdb');
    const child = spawn(process.execPath, ['--import', 'tsx', WRITER, file, '1'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(createInterface(child.stdout), 'line');
    await expect(openDuckdbStore({ file })).rejects.toMatchObject({ code: 'data-folder-held', retryable: false });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    rmSync(folder, { recursive: true });
  }, 30_000);
});

describe.skipIf(isMissing('influxd'))('InfluxDB alone', () => {
  test('a server that is down is unavailable, not an end: opening works, calls work once it is back', async () => {
    const server = await startInfluxd();
    const store = await openInfluxStore({ url: server.url });
    const rows = [reading('m', T0, 1), reading('m', T0 + HOUR, 2)];
    await store.writeReadings(rows);
    await server.kill();
    const down = { code: 'store-unavailable', retryable: true };
    await expect(store.writeReadings([reading('m', T0 + 2 * HOUR, 3)])).rejects.toMatchObject(down);
    await expect(store.registers(['m'], ...FOREVER)).rejects.toMatchObject(down);
    expect(await store.health()).toMatchObject({ kind: 'influxdb', ok: false });
    const opened = await openInfluxStore({ url: server.url });
    await expect(opened.latest(['m'])).rejects.toMatchObject(down);
    await server.restart();
    expect(await opened.latest(['m'])).toEqual([rows[1]]);
    expect(await store.writeReadings([rows[0]!, reading('m', T0 + 2 * HOUR, 3)])).toEqual({
      stored: 1,
      duplicates: 1,
      conflicts: 0,
    });
    await server.stop();
  }, 60_000);

  test('what the server refuses is rejected with its words', async () => {
    const server = await startInfluxd();
    await server.statement('CREATE DATABASE "jieneng"');
    await fetch(`${server.url}/write?db=jieneng`, {
      method: 'POST',
      body: 'reading,meter=x,metric=total value="text"',
    });
    const store = await openInfluxStore({ url: server.url });
    await expect(store.writeReadings([reading('m', Date.now(), 1)])).rejects.toMatchObject({
      code: 'store-rejected',
      retryable: false,
      message: expect.stringContaining('field type conflict') as string,
    });
    await server.stop();
  }, 60_000);

  test('user and password: a wrong one is unavailable until it is put right, a right one makes the database', async () => {
    const server = await startInfluxd({ authentication: true });
    await server.statement(
      `CREATE USER "root" WITH PASSWORD 'it''s' WITH ALL PRIVILEGES`.replace("''", String.raw`\'`),
    );
    const row = reading('m', T0, 1);
    const wrong = await openInfluxStore({ url: server.url, username: 'root', password: 'no' });
    const refused = { code: 'store-unavailable', retryable: true, message: expect.stringContaining('401') as string };
    await expect(wrong.writeReadings([row])).rejects.toMatchObject(refused);
    expect(await wrong.health()).toMatchObject({ ok: false });
    const store = await openInfluxStore({ url: server.url, username: 'root', password: "it's" });
    expect(await store.writeReadings([row])).toMatchObject({ stored: 1 });
    expect(await store.latest(['m'])).toEqual([row]);
    await server.stop();
  }, 60_000);

  test('a database that was dropped is made again', async () => {
    const server = await startInfluxd();
    const store = await openInfluxStore({ url: server.url });
    await store.writeReadings([reading('m', T0, 1)]);
    await server.statement('DROP DATABASE "jieneng"');
    await expect(store.writeReadings([reading('m', T0 + 1, 1)])).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await store.writeReadings([reading('m', T0, 1), reading('m', T0 + 1, 1)])).toMatchObject({ stored: 2 });
    await server.stop();
  }, 60_000);

  test('a body that is too large is split', async () => {
    const server = await startInfluxd({ maxBodyBytes: 20_000 });
    const store = await openInfluxStore({ url: server.url });
    const rows = Array.from({ length: 1000 }, (_, index) => reading('m', T0 + index, index));
    expect(await store.writeReadings(rows)).toMatchObject({ stored: 1000 });
    expect(await store.readings('m', ...FOREVER, 2000)).toEqual(rows);
    await server.stop();
  }, 60_000);
});
