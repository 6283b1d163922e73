import { METRICS } from '../../../domain/quantity.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';

/** The newest stored row of every (meter, metric), in memory: what is above it needs no comparison with the file. */
export interface NewestReadings {
  of(meterKey: number, metricCode: number): ReadingRow | undefined;
  ofMeter(meterKey: number): ReadingRow[];
  put(meterKey: number, metricCode: number, row: ReadingRow): void;
}

/** Loads them with one pass over the readings. */
export async function loadNewestReadings(file: DuckdbFile, meters: IdKeys): Promise<NewestReadings> {
  const rows = new Map<number, ReadingRow>();
  const slot = (meterKey: number, metricCode: number) => meterKey * 256 + metricCode;
  const newest = (column: string) => `arg_max(${column}, ts)`;
  const sql = `SELECT meter, metric, max(ts)::DOUBLE, ${newest('value')}, ${newest('received')}::DOUBLE,
    ${newest('flags')}, ${newest('position')}::DOUBLE FROM reading GROUP BY meter, metric`;
  await file.read(sql, (chunk) => {
    const columns = Array.from({ length: 7 }, (_, index) => chunk.getColumnVector(index));
    for (let i = 0; i < chunk.rowCount; i++) {
      const [meter, metric, at, value, received, flags, position] = columns.map(
        (column) => column.getItem(i) as number,
      ) as [number, number, number, number, number, number, number];
      rows.set(slot(meter, metric), {
        meter: meters.idOf(meter),
        metric: METRICS[metric]!,
        observedAtMs: at,
        value,
        receivedAtMs: received,
        flags,
        position,
      });
    }
  });
  return {
    of: (meterKey, metricCode) => rows.get(slot(meterKey, metricCode)),
    ofMeter: (meterKey) =>
      METRICS.map((_, metricCode) => rows.get(slot(meterKey, metricCode))).filter((row) => row !== undefined),
    put: (meterKey, metricCode, row) => rows.set(slot(meterKey, metricCode), row),
  };
}
