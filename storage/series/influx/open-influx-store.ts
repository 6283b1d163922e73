import { messageOf } from '../../../domain/errors.ts';
import { collectBaseUsage } from '../collect-base-usage.ts';
import type { SeriesStore, StoreHealth } from '../port.ts';
import { createSerialQueue } from '../serial-queue.ts';
import { readBaseUsage, readBaseUsageAt, replaceBaseUsage } from './base-usage.ts';
import { logDayChanges, readDayChanges } from './day-changes.ts';
import { dropUsage } from './drop-usage.ts';
import { createInfluxConnection, type InfluxConnection } from './influx-connection.ts';
import type { InfluxOptions } from './influx-options.ts';
import { readLatest, readMeans, readReadings, readRegisters, readRegistersNextTo } from './read-readings.ts';
import { createTouchLog } from './touch-log.ts';
import {
  putMeterUsage,
  readFirstUsage,
  readInstitutionUsage,
  readKnownUsage,
  readMeterUsage,
  replaceInstitutionUsage,
} from './usage-sums.ts';
import { createReadingWriter } from './write-readings.ts';

/**
 * Opens a store on an InfluxDB of version 1.x, 2.x or 3, through `/write` and InfluxQL. Does not fail while the server
 * is down: calls throw `store-unavailable` until it is back.
 */
export async function openInfluxStore(options: InfluxOptions): Promise<SeriesStore> {
  const connection = createInfluxConnection(options);
  const touches = createTouchLog(connection, options.now ?? Date.now);
  const write = createReadingWriter(connection, touches);
  const enqueue = createSerialQueue();
  return {
    health: () => healthOf(connection),

    writeReadings: (rows) => enqueue(() => write(rows)),
    // Points are confirmed one request after the other: there is no transaction to keep a position in.
    storedThrough: async () => undefined,
    touchedSince: (sequence) => touches.since(sequence),
    touch: (ranges) => enqueue(() => touches.add(ranges)),
    forgetTouched: (sequence) => touches.forget(sequence),

    readings: (meter, fromMs, toMs, limit) => readReadings(connection, { meter, fromMs, toMs, limit }),
    latest: (meters) => readLatest(connection, meters),
    registers: (meters, fromMs, toMs, metric = 'total') => readRegisters(connection, { meters, metric, fromMs, toMs }),
    registerBeforeEach: (instants, metric = 'total') => readRegistersNextTo(connection, instants, '<', metric),
    registerFromEach: (instants, metric = 'total') => readRegistersNextTo(connection, instants, '>=', metric),
    means: (meters, metric, fromMs, toMs, stepMs) => readMeans(connection, { meters, metric, fromMs, toMs, stepMs }),

    replaceBaseUsage: (blocks) => enqueue(() => replaceBaseUsage(connection, blocks)),
    baseUsage: async (meter, fromMs, toMs) =>
      (await readBaseUsage(connection, [meter], fromMs, toMs))[0] ?? collectBaseUsage(meter, fromMs, toMs).finish(),
    baseUsageOfEach: (meters, fromMs, toMs) => readBaseUsage(connection, meters, fromMs, toMs),
    baseUsageAtEach: (instants) => readBaseUsageAt(connection, instants),
    putMeterUsage: (step, rows) => enqueue(() => putMeterUsage(connection, step, rows)),
    meterUsage: (step, meters, fromMs, toMs) => readMeterUsage(connection, step, meters, fromMs, toMs),
    firstUsage: (meters) => readFirstUsage(connection, meters),
    replaceInstitutionUsage: (step, institutions, fromMs, toMs, rows) =>
      enqueue(() => replaceInstitutionUsage(connection, { step, institutions, fromMs, toMs }, rows)),
    institutionUsage: (step, institutions, fromMs, toMs, medium) =>
      readInstitutionUsage(connection, { step, institutions, fromMs, toMs }, medium),
    knownUsage: (step, institutions, fromMs, toMs) => readKnownUsage(connection, { step, institutions, fromMs, toMs }),

    logDayChanges: (changes) => enqueue(() => logDayChanges(connection, changes)),
    dayChanges: (meters, fromMs, toMs) => readDayChanges(connection, meters, fromMs, toMs),

    dropUsage: () => enqueue(() => dropUsage(connection, touches)),
    close: () => enqueue(async () => undefined),
  };
}

async function healthOf(connection: InfluxConnection): Promise<StoreHealth> {
  try {
    const { version, product } = await connection.product();
    return { kind: 'influxdb', version, product, ok: true };
  } catch (thrown) {
    return { kind: 'influxdb', version: 'unknown', ok: false, detail: messageOf(thrown) };
  }
}
