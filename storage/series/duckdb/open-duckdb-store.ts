import { version } from '@duckdb/node-api';

import { messageOf } from '../../../domain/errors.ts';

import type { SeriesStore, StoreHealth } from '../port.ts';
import { readBaseUsage, readBaseUsageAt, replaceBaseUsage } from './base-usage.ts';
import { loadDrained } from './drained.ts';
import { openDuckdbFile, type DuckdbFile, type DuckdbFileOptions } from './duckdb-file.ts';
import { loadIdKeys } from './id-keys.ts';
import { readInstitutionUsage, replaceInstitutionUsage } from './institution-usage.ts';
import { putMeterUsage, readMeterUsage } from './meter-usage.ts';
import { loadNewestReadings } from './newest-readings.ts';
import { readMeans, readReadings, readRegisterNextTo, readRegisters } from './read-readings.ts';
import { USAGE_TABLES } from './schema.ts';
import { loadTouchLog } from './touch-log.ts';
import { writeReadings } from './write-readings.ts';

/**
 * Opens the embedded store in one DuckDB file (or ':memory:'), which no other process may have open. Memory is
 * limited to `memoryLimitMb` (160), larger work spills to a folder beside the file. Throws `data-folder-held`.
 */
export async function openDuckdbStore(options: DuckdbFileOptions): Promise<SeriesStore> {
  const file = await openDuckdbFile(options);
  const meters = await loadIdKeys(file, 'meter');
  const institutions = await loadIdKeys(file, 'institution');
  const newest = await loadNewestReadings(file, meters);
  const touches = await loadTouchLog(file, meters);
  const drained = await loadDrained(file);
  return {
    health: () => healthOf(file),

    writeReadings: (rows, through) => writeReadings({ file, meters, newest, touches, drained }, rows, through),
    storedThrough: async () => drained.position(),
    touchedSince: (sequence) => touches.since(sequence),
    forgetTouched: (sequence) => touches.forget(sequence),

    readings: (meter, fromMs, toMs, limit) => readReadings(file, meters, { meter, fromMs, toMs, limit }),
    latest: async (ids) => meters.keysOf(ids).flatMap((key) => newest.ofMeter(key)),
    registers: (ids, fromMs, toMs) => readRegisters(file, meters, ids, fromMs, toMs),
    registerBefore: (meter, beforeMs) => readRegisterNextTo(file, meters, meter, beforeMs, 'before'),
    registerFrom: (meter, fromMs) => readRegisterNextTo(file, meters, meter, fromMs, 'from'),
    means: (ids, metric, fromMs, toMs, stepMs) =>
      readMeans(file, meters, { meters: ids, metric, fromMs, toMs, stepMs }),

    replaceBaseUsage: (blocks) => replaceBaseUsage(file, meters, blocks),
    baseUsage: (meter, fromMs, toMs) => readBaseUsage(file, meters, meter, fromMs, toMs),
    baseUsageAt: (meter, atMs) => readBaseUsageAt(file, meters, meter, atMs),
    putMeterUsage: (step, rows) => putMeterUsage(file, meters, step, rows),
    meterUsage: (step, ids, fromMs, toMs) => readMeterUsage(file, meters, step, ids, fromMs, toMs),
    replaceInstitutionUsage: (step, ids, fromMs, toMs, rows) =>
      replaceInstitutionUsage(file, institutions, { step, institutions: ids, fromMs, toMs }, rows),
    institutionUsage: (step, ids, fromMs, toMs, medium) =>
      readInstitutionUsage(file, institutions, { step, institutions: ids, fromMs, toMs }, medium),

    dropUsage: () =>
      file.write(async (connection) => {
        for (const table of USAGE_TABLES) await connection.run(`TRUNCATE ${table}`);
        await touches.addAllReadings(connection);
      }),
    close: () => file.close(),
  };
}

async function healthOf(file: DuckdbFile): Promise<StoreHealth> {
  const engine = version();
  const product = `DuckDB ${engine.replace(/^v/, '')}`;
  try {
    await file.read('SELECT 1', () => undefined);
    return { kind: 'duckdb', version: engine, product, ok: true };
  } catch (thrown) {
    return { kind: 'duckdb', version: engine, product, ok: false, detail: messageOf(thrown) };
  }
}
