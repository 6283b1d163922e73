import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, describe, expect, test } from 'vitest';

import { MICRO } from '../../../domain/micro.ts';
import { createZone, type Zone } from '../../../domain/zone.ts';
import { createMaterialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { createUsageReader } from '../../../services/usage/read-usage.ts';
import type { MeterInterval, UsageStep } from '../../../services/usage/usage-reader.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';

const DATA = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const HAS_DATA = existsSync(DATA);
if (!HAS_DATA) console.warn(`Skipped: the recorded data is not at ${DATA}`);

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const ELECTRICITY = ['b4', 'b8', 'b23', 'b104'];
const WATER = ['6616', 'b285', '2923', 'a805', '1a5c', 'a926', 'a519'];
/** From there on days are taken out: there are others before them to take their shape from. */
const FIRST_REMOVED_DAY = 60;

/** An amount of [startMs, endMs); undefined where the recording has none. */
interface Amount {
  startMs: number;
  endMs: number;
  micro: bigint | undefined;
}

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

describe.skipIf(!HAS_DATA)('recorded meters', () => {
  const shanghai = createZone('Asia/Shanghai');

  test.each(ELECTRICITY)(
    'electricity of %s: the total is the recording, an hour of zero is a gap',
    async (building) => {
      const hours = hoursOf(building, shanghai);
      const missing = hours.filter(({ micro }) => micro === undefined);
      const usage = await usageOf(meterOf(building, 'electricity', 'kWh', 3600), hours, shanghai);
      const months = await usage('1mo', shanghai.at(2018, 1, 1), shanghai.at(2019, 1, 1));
      expect(sumOf(months)).toBe(sumOf(hours));

      const made = await usage('1h', hours[0]!.startMs, hours.at(-1)!.endMs);
      expect(made).toHaveLength(hours.length);
      for (const [index, { micro, startMs }] of hours.entries()) {
        const hour = made[index]!;
        expect(hour.startMs).toBe(startMs);
        const isBesideGap = micro === undefined || (index > 0 && hours[index - 1]!.micro === undefined);
        if (isBesideGap) expect(['interpolated', 'estimated']).toContain(hour.quality);
        else expect(hour).toMatchObject({ micro, quality: 'measured' });
        if (micro === undefined) expect(hour.micro === null || hour.micro > 0n).toBe(true);
      }
      expect(made.filter(({ quality }) => quality !== 'measured').length >= missing.length).toBe(true);
    },
  );

  test('one hour that was not read makes the two hours around its boundary interpolated, and nothing else', async () => {
    const hours = hoursOf('b23', shanghai).slice(0, 48);
    const left = hours.map((hour, index) => (index === 20 ? { ...hour, isTaken: true } : hour));
    const usage = await usageOf(meterOf('b23', 'electricity', 'kWh', 3600), left, shanghai);
    const made = await usage('1h', hours[0]!.startMs, hours.at(-1)!.endMs);
    expect(made.flatMap(({ quality }, index) => (quality === 'measured' ? [] : [[index, quality]]))).toEqual([
      [20, 'interpolated'],
      [21, 'interpolated'],
    ]);
    expect(sumOf(made)).toBe(sumOf(hours));
  });

  test.each(['b4', 'b8', 'b104'])('gas of %s: an hour of zero is an hour of zero', async (building) => {
    const hours = recordedHours(`cambridge/${building}_gas_2018.csv`, shanghai);
    const usage = await usageOf(meterOf(building, 'gas', 'm3', 3600), hours, shanghai);
    const made = await usage('1h', hours[0]!.startMs, hours.at(-1)!.endMs);
    expect(made.map(({ micro, quality }) => ({ micro, quality }))).toEqual(
      hours.map(({ micro }) => ({ micro, quality: 'measured' })),
    );
    expect(made.filter(({ micro }) => micro === 0n).length).toBeGreaterThan(2000);
  });

  test.each(WATER)('water of %s by the minute: the total is the recording, gaps are told', async (meter) => {
    const brussels = createZone('Europe/Brussels');
    const minutes = recordedMinutes(meter);
    const usage = await usageOf(meterOf(meter, 'water', 'L', 60), minutes, brussels);
    const [first, last] = [brussels.at(2015, 3, 1), brussels.at(2015, 4, 1)];
    expect(sumOf(await usage('1mo', first, last))).toBe(sumOf(minutes));

    const quarters = await usage('15m', first, last);
    const known = minutes.filter(({ micro }) => micro !== undefined);
    const begunMs = known[0]!.startMs;
    const endedMs = known.at(-1)!.endMs;
    for (const { startMs, endMs, micro, quality } of quarters) {
      if (endMs <= begunMs || startMs >= endedMs) {
        expect({ startMs, micro, quality }).toEqual({ startMs, micro: null, quality: 'missing' });
        continue;
      }
      const place = (startMs - minutes[0]!.startMs) / 60_000;
      const inside = minutes.slice(Math.max(0, place), place + 15);
      const isWhole = inside.length === 15 && inside.every((minute) => minute.micro !== undefined);
      const before = minutes[place - 1];
      // An interval all of whose minutes were recorded, and the one before it, is to the digit what they sum to.
      if (isWhole && before?.micro !== undefined) expect({ startMs, micro }).toEqual({ startMs, micro: sumOf(inside) });
      if (micro !== null) expect(micro >= 0n).toBe(true);
      const boundaries = [startMs, endMs].filter((ms) => ms > begunMs && ms < endedMs);
      const gap = Math.max(0, ...boundaries.map((ms) => minutesWithout(minutes, ms)));
      if (gap > 4) expect({ startMs, quality }).toEqual({ startMs, quality: 'estimated' });
    }
  });

  test.each([
    { days: 1, every: 9 },
    { days: 3, every: 17 },
    { days: 7, every: 31 },
  ])('$days days taken out are estimated nearer to what was recorded than by flat filling', async ({ days, every }) => {
    const rows: { building: string; flat: number; shaped: number }[] = [];
    for (const building of ELECTRICITY) {
      const hours = hoursOf(building, shanghai);
      const firstDay = shanghai.at(2018, 1, 1);
      const isRemoved = (ms: number): boolean => {
        const day = Math.floor((ms - firstDay) / DAY_MS) - FIRST_REMOVED_DAY;
        return day >= 0 && day % every < days;
      };
      const left = hours.map((hour) => (isRemoved(hour.startMs) ? { ...hour, isTaken: true } : hour));
      const usage = await usageOf(meterOf(building, 'electricity', 'kWh', 3600), left, shanghai);
      const made = await usage('1h', hours[0]!.startMs, hours.at(-1)!.endMs);
      expect(sumOf(made)).toBe(sumOf(hours));
      rows.push({ building, ...errorsOf(hours, made, isRemoved) });
    }
    const told = rows.map(({ building, flat, shaped }) => `${building} ${shaped.toFixed(2)} (flat ${flat.toFixed(2)})`);
    console.log(`${days} days: mean error of an hour, kWh: ${told.join(', ')}`);
    expect(rows.filter(({ flat, shaped }) => shaped < flat).length).toBeGreaterThanOrEqual(3);
  });
});

/** Mean absolute error of the hours taken out, in kWh: as made, and spread evenly over each stretch. */
function errorsOf(
  hours: readonly Amount[],
  made: readonly MeterInterval[],
  isRemoved: (ms: number) => boolean,
): { flat: number; shaped: number } {
  let [flat, shaped, count] = [0, 0, 0];
  for (let at = 0; at < hours.length;) {
    if (!isRemoved(hours[at]!.startMs)) {
      at++;
      continue;
    }
    const from = at;
    while (at < hours.length && isRemoved(hours[at]!.startMs)) at++;
    const stretch = hours.slice(from, at);
    const mean = Number(sumOf(made.slice(from, at))) / stretch.length;
    for (const [index, { micro }] of stretch.entries()) {
      if (micro === undefined) continue;
      flat += Math.abs(Number(micro) - mean);
      shaped += Math.abs(Number(micro) - Number(made[from + index]!.micro));
      count++;
    }
  }
  return { flat: flat / count / MICRO, shaped: shaped / count / MICRO };
}

/** The register of the amounts, read at the end of each, made into usage; a reading is not there where none is known. */
async function usageOf(
  meter: UsageMeter,
  amounts: readonly (Amount & { isTaken?: boolean })[],
  zone: Zone,
): Promise<(step: UsageStep, fromMs: number, toMs: number) => Promise<MeterInterval[]>> {
  const store = await openDuckdbStore({ file: ':memory:' });
  ends.push(() => store.close());
  const rows = [];
  let [micro, isBegun] = [0n, false];
  const row = (atMs: number) => ({
    meter: meter.id,
    metric: 'total' as const,
    observedAtMs: atMs,
    value: Number(micro) / MICRO,
    receivedAtMs: atMs,
    flags: 0,
    position: rows.length,
  });
  for (const { startMs, endMs, micro: amount, isTaken } of amounts) {
    if (amount === undefined) continue;
    if (!isBegun) rows.push(row(startMs));
    isBegun = true;
    micro += amount;
    if (isTaken !== true) rows.push(row(endMs));
  }
  for (let at = 0; at < rows.length; at += 20_000) await store.writeReadings(rows.slice(at, at + 20_000));
  const materialiser = createMaterialiser(store, zone, () => amounts.at(-1)!.endMs);
  materialiser.useMeters([meter]);
  await materialiser.run();
  const reader = createUsageReader(store, zone, () => new Map([[meter.id, meter]]));
  return (step, fromMs, toMs) => reader.meterUsage(meter.id, fromMs, toMs, step);
}

function meterOf(
  id: string,
  medium: UsageMeter['medium'],
  registerUnit: string,
  expectedIntervalS: number,
): UsageMeter {
  return {
    id,
    medium,
    registerUnit,
    registerModulus: null,
    ratedMaximum: null,
    expectedIntervalS,
    parentId: null,
    multipliers: [{ multiplier: 1, validFrom: '1970-01-01', validTo: null }],
    shares: [],
  };
}

/** Electricity: a zero hour is missing data, not an hour without use. */
function hoursOf(building: string, zone: Zone): Amount[] {
  return recordedHours(`cambridge/${building}_electricity_2018.csv`, zone).map((hour) =>
    hour.micro === 0n ? { ...hour, micro: undefined } : hour,
  );
}

function recordedHours(file: string, zone: Zone): Amount[] {
  return linesOf(file).map((line) => {
    const [time = '', amount = ''] = line.split(',');
    const [year = 0, month = 0, day = 0, hour = 0] = time.split(/[- :]/).map(Number);
    const startMs = zone.at(year, month, day, hour);
    return { startMs, endMs: startMs + HOUR_MS, micro: BigInt(Math.round(Number(amount) * MICRO)) };
  });
}

function recordedMinutes(meter: string): Amount[] {
  const column = WATER.indexOf(meter) + 1;
  return linesOf('opengrid/water_march2015_min.csv').map((line) => {
    const cells = line.split(',');
    const startMs = Date.parse(cells[0]!.replace(' ', 'T'));
    const cell = cells[column]!;
    // Litres a minute, in millionths of a cubic metre.
    const micro = cell === '' ? undefined : BigInt(Math.round(Number(cell) * 1000));
    return { startMs, endMs: startMs + 60_000, micro };
  });
}

function linesOf(file: string): string[] {
  const [, ...lines] = readFileSync(join(DATA, file), 'utf8').trim().split(/\r?\n/);
  return lines;
}

function sumOf(amounts: readonly { micro: bigint | null | undefined }[]): bigint {
  return amounts.reduce((sum, { micro }) => sum + (micro ?? 0n), 0n);
}

/** Minutes in a row without an amount, within or beside which the instant lies. */
function minutesWithout(minutes: readonly Amount[], ms: number): number {
  const at = (ms - minutes[0]!.startMs) / 60_000;
  let [from, to] = [at, at];
  while (from > 0 && minutes[from - 1]!.micro === undefined) from--;
  while (to < minutes.length && minutes[to]!.micro === undefined) to++;
  return to - from;
}
