import { version } from '@duckdb/node-api';

import { messageOf } from '../../../domain/errors.ts';
import type { Metric } from '../../../domain/quantity.ts';

import { collectBaseUsage } from '../collect-base-usage.ts';
import type { MeterInstant, SeriesStore, StoreHealth, TouchedRange } from '../port.ts';
import { readBaseUsage, readBaseUsageAt, replaceBaseUsage } from './base-usage.ts';
import { logDayChanges, readDayChanges } from './day-changes.ts';
import { loadDrained, type Drained } from './drained.ts';
import { openDuckdbFile, type DuckdbFile, type DuckdbFileOptions } from './duckdb-file.ts';
import { loadIdKeys, type IdKeys } from './id-keys.ts';
import { readInstitutionUsage, replaceInstitutionUsage } from './institution-usage.ts';
import { readKnownUsage } from './known-usage.ts';
import { putMeterUsage, readFirstUsage, readMeterUsage } from './meter-usage.ts';
import { loadNewestReadings, type NewestReadings } from './newest-readings.ts';
import { readMeans, readReadings, readRegistersNextTo, readRegisters } from './read-readings.ts';
import { openRenewable } from './renewable.ts';
import { USAGE_TABLES } from './schema.ts';
import { isInvalidated } from './store-error.ts';
import { loadTouchLog, type TouchLog } from './touch-log.ts';
import { writeReadings } from './write-readings.ts';

/** The file, and what of it is kept in memory: both belong together. */
interface OpenFile {
  file: DuckdbFile;
  meters: IdKeys;
  institutions: IdKeys;
  newest: NewestReadings;
  touches: TouchLog;
  drained: Drained;
}

/**
 * Opens the embedded store in one DuckDB file (or ':memory:'), which no other process may have open. Memory is
 * limited to `memoryLimitMb` (160), larger work spills to a folder beside the file. An instance that has failed for
 * good, as DuckDB does when a checkpoint finds the disk full, is closed and opened anew by the next call: what was
 * committed is there. Throws `data-folder-held`.
 */
export async function openDuckdbStore(options: DuckdbFileOptions): Promise<SeriesStore> {
  const { use, close } = await openRenewable<OpenFile>({
    open: () => openFile(options),
    close: ({ file }) => file.close(),
    isBroken: isInvalidated,
  });
  const registersNextTo = (instants: readonly MeterInstant[], side: '<' | '>=', metric: Metric = 'total') =>
    use(({ file, meters }) => readRegistersNextTo(file, meters, instants, side, metric));
  const baseUsageOfEach: SeriesStore['baseUsageOfEach'] = (ids, fromMs, toMs) =>
    use(({ file, meters }) => readBaseUsage(file, meters, ids, fromMs, toMs));
  const baseUsageAtEach: SeriesStore['baseUsageAtEach'] = (instants) =>
    use(({ file, meters }) => readBaseUsageAt(file, meters, instants));
  return {
    health: () => healthOf((sql) => use(({ file }) => file.read(sql, () => undefined))),

    writeReadings: (rows, through) => use((open) => writeReadings(open, rows, through)),
    storedThrough: () => use(async ({ drained }) => drained.position()),
    touchedSince: (sequence) => use(({ touches }) => touches.since(sequence)),
    touch: (ranges) => use((open) => touch(open, ranges)),
    forgetTouched: (sequence) => use(({ touches }) => touches.forget(sequence)),

    readings: (meter, fromMs, toMs, limit) =>
      use(({ file, meters }) => readReadings(file, meters, { meter, fromMs, toMs, limit })),
    latest: (ids) => use(async ({ meters, newest }) => meters.keysOf(ids).flatMap((key) => newest.ofMeter(key))),
    registers: (ids, fromMs, toMs, metric = 'total') =>
      use(({ file, meters }) => readRegisters(file, meters, { meters: ids, metric, fromMs, toMs })),
    registerBeforeEach: (instants, metric) => registersNextTo(instants, '<', metric),
    registerFromEach: (instants, metric) => registersNextTo(instants, '>=', metric),
    means: (ids, metric, fromMs, toMs, stepMs) =>
      use(({ file, meters }) => readMeans(file, meters, { meters: ids, metric, fromMs, toMs, stepMs })),

    replaceBaseUsage: (blocks) => use(({ file, meters }) => replaceBaseUsage(file, meters, blocks)),
    baseUsage: async (meter, fromMs, toMs) =>
      (await baseUsageOfEach([meter], fromMs, toMs))[0] ?? collectBaseUsage(meter, fromMs, toMs).finish(),
    baseUsageOfEach,
    baseUsageAtEach,
    putMeterUsage: (step, rows) => use(({ file, meters }) => putMeterUsage(file, meters, step, rows)),
    meterUsage: (step, ids, fromMs, toMs) =>
      use(({ file, meters }) => readMeterUsage(file, meters, step, ids, fromMs, toMs)),
    firstUsage: (ids) => use(({ file, meters }) => readFirstUsage(file, meters, ids)),
    replaceInstitutionUsage: (step, ids, fromMs, toMs, rows) =>
      use(({ file, institutions }) =>
        replaceInstitutionUsage(file, institutions, { step, institutions: ids, fromMs, toMs }, rows),
      ),
    institutionUsage: (step, ids, fromMs, toMs, medium) =>
      use(({ file, institutions }) =>
        readInstitutionUsage(file, institutions, { step, institutions: ids, fromMs, toMs }, medium),
      ),
    knownUsage: (step, ids, fromMs, toMs) =>
      use(({ file, institutions }) => readKnownUsage(file, institutions, { step, institutions: ids, fromMs, toMs })),

    logDayChanges: (changes) => use(({ file, meters }) => logDayChanges(file, meters, changes)),
    dayChanges: (ids, fromMs, toMs) => use(({ file, meters }) => readDayChanges(file, meters, ids, fromMs, toMs)),

    dropUsage: () =>
      use(({ file, touches }) =>
        file.write(async (connection) => {
          for (const table of USAGE_TABLES) await connection.run(`TRUNCATE ${table}`);
          await touches.addAllReadings(connection);
        }),
      ),
    close,
  };
}

// Also of meters that have no readings: the log knows meters by their keys.
function touch({ file, meters, touches }: OpenFile, ranges: readonly TouchedRange[]): Promise<void> {
  return file.write(
    async (connection) => {
      await meters.assign(
        connection,
        ranges.map(({ meter }) => meter),
      );
      await touches.add(connection, ranges);
    },
    (committed) => meters.settle(committed),
  );
}

async function openFile(options: DuckdbFileOptions): Promise<OpenFile> {
  const file = await openDuckdbFile(options);
  try {
    const meters = await loadIdKeys(file, 'meter');
    return {
      file,
      meters,
      institutions: await loadIdKeys(file, 'institution'),
      newest: await loadNewestReadings(file, meters),
      touches: await loadTouchLog(file, meters),
      drained: await loadDrained(file),
    };
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
}

async function healthOf(ask: (sql: string) => Promise<void>): Promise<StoreHealth> {
  const engine = version();
  const product = `DuckDB ${engine.replace(/^v/, '')}`;
  try {
    await ask('SELECT 1');
    return { kind: 'duckdb', version: engine, product, ok: true };
  } catch (thrown) {
    return { kind: 'duckdb', version: engine, product, ok: false, detail: messageOf(thrown) };
  }
}
