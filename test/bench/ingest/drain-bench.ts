import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { DuckDBInstance } from '@duckdb/node-api';

import { startInfluxd } from '../../support/influxd.ts';
import type { BenchRegistry } from './bench-registry.ts';
import { fillSpool } from './fill-spool.ts';
import { startProduct, type BenchProduct } from './product.ts';
import { cpuTimeOf } from './thread-cpu.ts';

/** How a full spool was worked off by the product, with nothing coming in. */
export interface DrainedSpool {
  readings: number;
  spoolBytesPerReading: number;
  readingsPerSecond: number;
  /** CPU of the whole process for a reading, microseconds; that of InfluxDB is not among it. */
  cpuUs: number | undefined;
  /** Of the worst quarter second. */
  loopDelayP99Ms: { main: number; pipeline: number };
  /** The most that was seen. */
  residentMiB: number;
  /** Of the table of readings alone, and of the whole file with usage; DuckDB only. */
  storeBytesPerReading?: { readings: number; file: number };
  archiveBytesPerReading?: number;
}

const MIB = 1024 * 1024;
const LOOK_EVERY_MS = 250;
const DONE_WITHIN_MS = 300_000;
/** What the spool keeps however far it is drained: the newest segment. */
const ONE_SEGMENT_BYTES = 17 * MIB;

/** Fills a spool with `readings`, starts the product behind it, and watches how it is stored. */
export async function benchDrain(
  store: 'duckdb' | 'influxdb',
  readings: number,
  folder: string,
  registry: BenchRegistry & { file: string },
): Promise<DrainedSpool> {
  await mkdir(folder, { recursive: true });
  const spool = await fillSpool(join(folder, 'spool'), registry.connections, readings);
  const influx = store === 'influxdb' ? await startInfluxd() : undefined;
  try {
    const product = await startProduct(folder, registry.file, influx === undefined ? {} : { INFLUX_URL: influx.url });
    try {
      const drained = await watchDrain(product, readings);
      const archive = await archived(product, spool.bytes);
      if (influx === undefined) await product.platform.stop();
      return {
        ...drained,
        readings,
        spoolBytesPerReading: spool.bytes / readings,
        ...(influx === undefined ? { storeBytesPerReading: await storedBytes(folder, readings) } : {}),
        ...(archive === undefined ? {} : { archiveBytesPerReading: archive / readings }),
      };
    } finally {
      await product.end();
    }
  } finally {
    await influx?.stop();
  }
}

async function watchDrain(product: BenchProduct, readings: number) {
  let [startedMs, stored, residentMiB] = [0, 0, 0];
  const loopDelayP99Ms = { main: 0, pipeline: 0 };
  let cpuBefore: Awaited<ReturnType<typeof cpuTimeOf>>;
  let storedBefore = 0;
  for (const deadline = performance.now() + DONE_WITHIN_MS; ;) {
    const metrics = await product.metrics();
    const of = (name: string): number => metrics.get(name) ?? 0;
    stored = of('jieneng_readings_stored_total');
    residentMiB = Math.max(residentMiB, of('jieneng_process_resident_bytes') / MIB);
    for (const thread of ['main', 'pipeline'] as const) {
      const delayMs = of(`jieneng_event_loop_delay_p99_seconds{thread="${thread}"}`) * 1000;
      loopDelayP99Ms[thread] = Math.max(loopDelayP99Ms[thread], delayMs);
    }
    // The first readings are stored while the product still starts.
    if (startedMs === 0 && stored > 0) {
      startedMs = performance.now();
      storedBefore = stored;
      cpuBefore = await cpuTimeOf(product.pid);
    }
    if (stored >= readings) break;
    if (performance.now() > deadline) throw new Error(`${stored} of ${readings} readings were stored`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  const seconds = (performance.now() - startedMs) / 1000;
  const cpuAfter = await cpuTimeOf(product.pid);
  const rest = readings - storedBefore;
  return {
    readingsPerSecond: rest / seconds,
    cpuUs: cpuBefore && cpuAfter ? ((cpuAfter.allMs - cpuBefore.allMs) * 1000) / rest : undefined,
    loopDelayP99Ms,
    residentMiB,
  };
}

/** Bytes of the archive for the whole spool, of which all but the newest segment goes into it. */
async function archived(product: BenchProduct, spoolBytes: number): Promise<number | undefined> {
  for (const deadline = performance.now() + DONE_WITHIN_MS; ;) {
    const metrics = await product.metrics();
    const left = metrics.get('jieneng_spool_bytes');
    const bytes = metrics.get('jieneng_archive_bytes');
    if (left === undefined || bytes === undefined) return undefined;
    if (left < ONE_SEGMENT_BYTES) return (bytes * spoolBytes) / (spoolBytes - left);
    if (performance.now() > deadline) throw new Error(`${left} bytes of the spool are not archived`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

async function storedBytes(folder: string, readings: number): Promise<{ readings: number; file: number }> {
  const files = (await readdir(folder)).filter((name) => name.startsWith('readings.duckdb'));
  let fileBytes = 0;
  for (const name of files) fileBytes += (await stat(join(folder, name))).size;
  const instance = await DuckDBInstance.create(join(folder, 'readings.duckdb'), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const [blocks] = (
    await connection.runAndReadAll(
      `SELECT count(DISTINCT block_id)::DOUBLE AS blocks FROM pragma_storage_info('reading') WHERE block_id >= 0`,
    )
  ).getRowObjects();
  const [size] = (await connection.runAndReadAll('PRAGMA database_size')).getRowObjects();
  connection.closeSync();
  instance.closeSync();
  return {
    readings: (Number(blocks!['blocks']) * Number(size!['block_size'])) / readings,
    file: fileBytes / readings,
  };
}
