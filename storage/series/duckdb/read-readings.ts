import { METRICS, type Metric } from '../../../domain/quantity.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import type { MeanRow, MeterInstant, RegisterReading, RegisterSeries } from '../port.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';
import { readNearestRows } from './nearest-rows.ts';

/** All metrics of a meter by (time, metric). */
export async function readReadings(
  file: DuckdbFile,
  meters: IdKeys,
  query: { meter: string; fromMs: number; toMs: number; limit: number },
): Promise<ReadingRow[]> {
  const key = meters.keyOf(query.meter);
  const rows: ReadingRow[] = [];
  if (key === undefined) return rows;
  const sql = `SELECT metric, ts::DOUBLE, value, received::DOUBLE, flags, position::DOUBLE FROM reading
    WHERE meter = ${key} AND ts >= ${query.fromMs} AND ts < ${query.toMs} ORDER BY ts, metric LIMIT ${query.limit}`;
  await file.read(sql, (chunk) => {
    const columns = Array.from({ length: 6 }, (_, index) => chunk.getColumnVector(index));
    for (let i = 0; i < chunk.rowCount; i++) {
      const [metric, at, value, received, flags, position] = columns.map((column) => column.getItem(i) as number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      rows.push({
        meter: query.meter,
        metric: METRICS[metric]!,
        observedAtMs: at,
        value,
        receivedAtMs: received,
        flags,
        position,
      });
    }
  });
  return rows;
}

/** One metric of several meters, in columns. */
export async function readRegisters(
  file: DuckdbFile,
  meters: IdKeys,
  query: { meters: readonly string[]; metric: Metric; fromMs: number; toMs: number },
): Promise<RegisterSeries[]> {
  const keys = meters.keysOf(query.meters);
  const series: RegisterSeries[] = [];
  if (keys.length === 0) return series;
  const parts = { meter: -1, times: [] as Float64Array[], values: [] as Float64Array[] };
  const finish = () => {
    if (parts.meter >= 0)
      series.push({ meter: meters.idOf(parts.meter), times: joined(parts.times), values: joined(parts.values) });
    parts.times = [];
    parts.values = [];
  };
  const sql = `SELECT meter, ts::DOUBLE, value FROM reading WHERE metric = ${METRICS.indexOf(query.metric)}
    AND meter IN (${keys.join(',')}) AND ts >= ${query.fromMs} AND ts < ${query.toMs} ORDER BY meter, ts`;
  await file.read(sql, (chunk) => {
    const [meter, at, value] = [0, 1, 2].map((index) => chunk.getColumnVector(index));
    for (let start = 0, row = 0; start < chunk.rowCount; start = row) {
      const key = meter!.getItem(start) as number;
      while (row < chunk.rowCount && meter!.getItem(row) === key) row++;
      if (key !== parts.meter) finish();
      parts.meter = key;
      parts.times.push(Float64Array.from({ length: row - start }, (_, i) => at!.getItem(start + i) as number));
      parts.values.push(Float64Array.from({ length: row - start }, (_, i) => value!.getItem(start + i) as number));
    }
  });
  finish();
  return series;
}

/** Per meter the reading of a metric next to its instant: the last before it, or the first at or after it. */
export async function readRegistersNextTo(
  file: DuckdbFile,
  meters: IdKeys,
  instants: readonly MeterInstant[],
  side: '<' | '>=',
  metric: Metric,
): Promise<Map<string, RegisterReading>> {
  const found = await readNearestRows(file, meters, instants, {
    table: 'reading',
    time: 'ts',
    column: 'value',
    side,
    condition: `r.metric = ${METRICS.indexOf(metric)}`,
  });
  return new Map([...found].map(([meter, { atMs, value }]) => [meter, { observedAtMs: atMs, value: value as number }]));
}

/** Means of one metric over steps aligned to the epoch, by (meter, start). */
export async function readMeans(
  file: DuckdbFile,
  meters: IdKeys,
  query: { meters: readonly string[]; metric: Metric; fromMs: number; toMs: number; stepMs: number },
): Promise<MeanRow[]> {
  const keys = meters.keysOf(query.meters);
  const rows: MeanRow[] = [];
  if (keys.length === 0) return rows;
  const sql = `SELECT meter, (ts // ${query.stepMs} * ${query.stepMs})::DOUBLE AS start, avg(value), min(value),
      max(value), count(*)::DOUBLE FROM reading
    WHERE metric = ${METRICS.indexOf(query.metric)} AND meter IN (${keys.join(',')})
      AND ts >= ${query.fromMs} AND ts < ${query.toMs} GROUP BY meter, start ORDER BY meter, start`;
  await file.read(sql, (chunk) => {
    const columns = Array.from({ length: 6 }, (_, index) => chunk.getColumnVector(index));
    for (let i = 0; i < chunk.rowCount; i++) {
      const [key, startMs, mean, min, max, count] = columns.map((column) => column.getItem(i) as number);
      rows.push({ meter: meters.idOf(key!), startMs: startMs!, mean: mean!, min: min!, max: max!, count: count! });
    }
  });
  return rows;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
