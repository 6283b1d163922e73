import { METRICS, type Metric } from '../../../domain/quantity.ts';
import type { ReadingRow } from '../../../domain/reading.ts';
import type { MeanRow, MeterInstant, RegisterReading, RegisterSeries } from '../port.ts';
import { createColumn, type Column } from './column.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { oneOf, text, within } from './influxql.ts';

/** All metrics of a meter by (time, metric). */
export async function readReadings(
  connection: InfluxConnection,
  query: { meter: string; fromMs: number; toMs: number; limit: number },
): Promise<ReadingRow[]> {
  const found: ReadingRow[] = [];
  // Rows of one time come in any order of metrics: fetch that time whole, then cut.
  const sql = `SELECT value, received, flags, position, metric FROM reading WHERE meter = ${text(query.meter)}
    AND ${within(query.fromMs, query.toMs)} ORDER BY time LIMIT ${query.limit + METRICS.length}`;
  await connection.query([sql], ({ rows }) => {
    for (const row of rows) found.push(readingOf(query.meter, row[5] as Metric, row));
  });
  found.sort((a, b) => a.observedAtMs - b.observedAtMs || METRICS.indexOf(a.metric) - METRICS.indexOf(b.metric));
  return found.slice(0, query.limit);
}

/** The newest row of each metric of each meter. */
export async function readLatest(connection: InfluxConnection, ids: readonly string[]): Promise<ReadingRow[]> {
  const found: ReadingRow[] = [];
  const statements = oneOf('meter', ids).map(
    (meters) => `SELECT last(value), received, flags, position FROM reading WHERE ${meters} GROUP BY meter, metric`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    for (const row of rows) found.push(readingOf(tags['meter']!, tags['metric'] as Metric, row));
  });
  return found;
}

function readingOf(meter: string, metric: Metric, row: readonly unknown[]): ReadingRow {
  return {
    meter,
    metric,
    observedAtMs: Number(row[0]),
    value: Number(row[1]),
    receivedAtMs: Number(row[2]),
    flags: Number(row[3]),
    position: Number(row[4]),
  };
}

/** One metric of several meters, in columns. */
export async function readRegisters(
  connection: InfluxConnection,
  query: { meters: readonly string[]; metric: Metric; fromMs: number; toMs: number },
): Promise<RegisterSeries[]> {
  const series = new Map<string, { times: Column; values: Column }>();
  const statements = oneOf('meter', query.meters).map(
    (meters) => `SELECT value FROM reading WHERE metric = ${text(query.metric)} AND ${meters}
      AND ${within(query.fromMs, query.toMs)} GROUP BY meter`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    const meter = tags['meter']!;
    let columns = series.get(meter);
    if (columns === undefined) series.set(meter, (columns = { times: createColumn(), values: createColumn() }));
    for (const [at, value] of rows) {
      columns.times.push(Number(at));
      columns.values.push(Number(value));
    }
  });
  return [...series].map(([meter, { times, values }]) => ({ meter, times: times.whole(), values: values.whole() }));
}

/** Per meter the reading of a metric next to its instant, the last before it or the first at or after it; one request. */
export async function readRegistersNextTo(
  connection: InfluxConnection,
  instants: readonly MeterInstant[],
  side: '<' | '>=',
  metric: Metric,
): Promise<Map<string, RegisterReading>> {
  const order = side === '<' ? 'DESC' : 'ASC';
  const found = new Map<string, RegisterReading>();
  const statements = instants.map(
    ({ meter, atMs }) => `SELECT value FROM reading WHERE meter = ${text(meter)} AND metric = ${text(metric)}
      AND time ${side} ${atMs}ms ORDER BY time ${order} LIMIT 1`,
  );
  await connection.query(statements, ({ statement, rows: [row] }) => {
    if (row !== undefined)
      found.set(instants[statement]!.meter, { observedAtMs: Number(row[0]), value: Number(row[1]) });
  });
  return found;
}

/** Means of one metric over steps aligned to the epoch. */
export async function readMeans(
  connection: InfluxConnection,
  query: { meters: readonly string[]; metric: Metric; fromMs: number; toMs: number; stepMs: number },
): Promise<MeanRow[]> {
  const found: MeanRow[] = [];
  const statements = oneOf('meter', query.meters).map(
    (meters) => `SELECT mean(value), min(value), max(value), count(value) FROM reading
      WHERE metric = ${text(query.metric)} AND ${meters} AND ${within(query.fromMs, query.toMs)}
      GROUP BY meter, time(${query.stepMs}ms) fill(none)`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    for (const [start, mean, min, max, count] of rows.map((row) => row.map(Number)))
      found.push({ meter: tags['meter']!, startMs: start!, mean: mean!, min: min!, max: max!, count: count! });
  });
  return found;
}
