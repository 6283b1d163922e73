import { mkdtemp, rm, stat } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { createZone } from '../../../domain/zone.ts';
import { createMaterialiser } from '../../../services/usage/materialise.ts';
import type { UsageMeter } from '../../../services/usage/meter-config.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';
import { openInfluxStore } from '../../../storage/series/influx/open-influx-store.ts';
import type { SeriesStore } from '../../../storage/series/port.ts';
import { startInfluxd } from '../../support/influxd.ts';
import { describeMachine } from '../machine.ts';
import { writeResult } from '../write-result.ts';
import { syntheticMeters, syntheticReading, syntheticUsageMicro } from './synthetic-meters.ts';

/** How much, and on which engines. */
export interface UsageBenchOptions {
  /** Readings that usage is made of from nothing. */
  readings: number;
  meters: number;
  engines: ('duckdb' | 'influxdb')[];
  /** Readings a second that come in while usage follows. */
  rate: number;
  seconds: number;
}

/** What usage may take from 5,000,000 readings (design section 13). */
const BUDGET_S = { duckdb: 30, influxdb: 120 };
const BUDGET_READINGS = 5_000_000;
const LAG_BUDGET_S = 60;
const ROWS_OF_A_WRITE = 50_000;
const QUARTER_MS = 900_000;
/** As `USAGE_PERIOD_MS` stands by itself. */
const PERIOD_MS = 1000;
const FAR_MS = 8.64e15;

const zone = createZone('Asia/Shanghai');
const start = zone.at(2026, 1, 1);

/** Usage from nothing, and behind readings that come in, on each engine. True where both are within their budget. */
export async function benchUsage(options: UsageBenchOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'jieneng-bench-'));
  const results: Record<string, unknown> = {};
  let isWell = true;
  try {
    const machine = await describeMachine(folder);
    console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.disk}, load before ${machine.loadBefore}`);
    for (const engine of options.engines) {
      const opened = await openEngine(engine, folder);
      try {
        const made = await fromNothing(opened.store, options);
        console.log(engine, JSON.stringify(made));
        const allowedS = (BUDGET_S[engine] * options.readings) / BUDGET_READINGS;
        const live = await followLive(opened.store, options);
        const bytes = engine === 'duckdb' ? (await stat(join(folder, 'bench.duckdb'))).size : undefined;
        results[engine] = { ...made, allowedS, ratio: round(made.seconds / allowedS), live, bytes };
        isWell &&= made.seconds <= allowedS && live.every(({ lagMaxS }) => lagMaxS <= LAG_BUDGET_S);
        console.log(engine, JSON.stringify(results[engine]));
      } finally {
        await opened.close();
      }
    }
    await writeResult('usage', { machine, options, results });
  } finally {
    await rm(folder, { recursive: true });
  }
  return isWell;
}

async function openEngine(
  engine: 'duckdb' | 'influxdb',
  folder: string,
): Promise<{ store: SeriesStore; close(): Promise<void> }> {
  if (engine === 'duckdb') {
    const store = await openDuckdbStore({ file: join(folder, 'bench.duckdb') });
    return { store, close: () => store.close() };
  }
  const server = await startInfluxd();
  const store = await openInfluxStore({ url: server.url });
  return {
    store,
    close: async () => {
      await store.close();
      await server.stop();
    },
  };
}

interface Made {
  writtenPerSecond: number;
  /** From the first question to the last sum of an institution, on disk. */
  seconds: number;
  readingsPerSecond: number;
  /** Processor time of this process: what the seconds would at least be on a machine that others leave alone. */
  cpuSeconds: number;
  loadMeanwhile: number;
}

async function fromNothing(store: SeriesStore, { readings, meters: count }: UsageBenchOptions): Promise<Made> {
  const meters = syntheticMeters(count, QUARTER_MS / 1000);
  const each = Math.floor(readings / count);
  const now = (): number => start + (each + 2) * QUARTER_MS;
  const writeMs = await timed(() =>
    writeAll(store, count, each, (n, index) => start + n * QUARTER_MS + (index % 600) * 100),
  );
  const materialiser = createMaterialiser(store, zone, now);
  materialiser.useMeters(meters);
  // Once as at the first start, then as `rebuild` does it: from readings that lie compacted, and the same.
  await materialiser.run();
  await store.dropUsage();
  const load = loadavg()[0]!;
  const cpu = process.cpuUsage();
  const ms = await timed(async () => void (await materialiser.run()));
  const { user, system } = process.cpuUsage(cpu);
  if (materialiser.failure() !== '') throw new Error(materialiser.failure());
  await checkSums(store, meters, each - 1);
  return {
    writtenPerSecond: Math.round((count * each * 1000) / writeMs),
    seconds: round(ms / 1000),
    readingsPerSecond: Math.round((count * each * 1000) / ms),
    cpuSeconds: round((user + system) / 1e6),
    loadMeanwhile: round((load + loadavg()[0]!) / 2),
  };
}

interface Followed {
  /** Device time that passes in a second. */
  secondsASecond: number;
  written: number;
  /** From the confirmed write of a reading until all that is made of it is stored. */
  lagMedianS: number;
  lagMaxS: number;
  runs: number;
  loadMeanwhile: number;
}

/** As many meters as readings a second come in live; then the same fleet catching up, a quarter of an hour a second. */
async function followLive(store: SeriesStore, options: UsageBenchOptions): Promise<Followed[]> {
  const { rate, seconds } = options;
  const followed: Followed[] = [];
  let firstNumber = Math.floor(options.readings / options.meters);
  let beginMs = start + firstNumber * QUARTER_MS;
  for (const secondsASecond of [1, 900]) {
    followed.push(await follow(store, { rate, seconds, secondsASecond, beginMs, firstNumber }));
    firstNumber += seconds;
    beginMs += (seconds + 1) * secondsASecond * 1000;
  }
  return followed;
}

async function follow(
  store: SeriesStore,
  run: { rate: number; seconds: number; secondsASecond: number; beginMs: number; firstNumber: number },
): Promise<Followed> {
  const { rate, seconds, secondsASecond, beginMs, firstNumber } = run;
  const materialiser = createMaterialiser(store, zone, () => beginMs + seconds * secondsASecond * 1000);
  materialiser.useMeters(syntheticMeters(rate, QUARTER_MS / 1000));
  const waiting: number[] = [];
  const lags: number[] = [];
  let isOver = false;
  let runs = 0;
  const following = (async () => {
    while (!isOver || waiting.length > 0) {
      const due = performance.now() + PERIOD_MS;
      const taken = waiting.length;
      if (await materialiser.run()) runs++;
      const doneMs = performance.now();
      for (const writtenMs of waiting.splice(0, taken)) lags.push((doneMs - writtenMs) / 1000);
      await wait(Math.max(0, due - performance.now()));
    }
  })();
  const beganMs = performance.now();
  for (let second = 0; second < seconds; second++) {
    await wait(Math.max(0, beganMs + second * 1000 - performance.now()));
    const rows = Array.from({ length: rate }, (_, index) =>
      syntheticReading(index, firstNumber + second, beginMs + (second * 1000 + (index % 1000)) * secondsASecond),
    );
    await store.writeReadings(rows);
    waiting.push(performance.now());
  }
  isOver = true;
  await following;
  if (materialiser.failure() !== '') throw new Error(materialiser.failure());
  lags.sort((a, b) => a - b);
  return {
    secondsASecond,
    written: rate * seconds,
    lagMedianS: round(lags[lags.length >> 1]!),
    lagMaxS: round(lags.at(-1)!),
    runs,
    loadMeanwhile: round(loadavg()[0]!),
  };
}

/** Writes the first readings of all meters, in the order of time. */
async function writeAll(
  store: SeriesStore,
  meters: number,
  each: number,
  atMs: (n: number, index: number) => number,
): Promise<void> {
  let rows = [];
  for (let n = 0; n < each; n++) {
    for (let index = 0; index < meters; index++) rows.push(syntheticReading(index, n, atMs(n, index)));
    if (rows.length < ROWS_OF_A_WRITE && n + 1 < each) continue;
    await store.writeReadings(rows);
    rows = [];
  }
}

async function checkSums(store: SeriesStore, meters: readonly UsageMeter[], last: number): Promise<void> {
  const sums = new Map<string, bigint>();
  for (const { meter, micro } of await store.meterUsage(
    'month',
    meters.map(({ id }) => id),
    0,
    FAR_MS,
  ))
    sums.set(meter, (sums.get(meter) ?? 0n) + micro);
  for (const [index, { id }] of meters.entries())
    if (sums.get(id) !== syntheticUsageMicro(index, last))
      throw new Error(`${id}: ${sums.get(id)} is not what its register says, ${syntheticUsageMicro(index, last)}`);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  return performance.now() - since;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
