import { PlatformError } from '../../domain/errors.ts';
import type { Metric } from '../../domain/quantity.ts';
import type { ReadingRow } from '../../domain/reading.ts';

/** The rows of one (meter, metric), by rising device time, each time once. */
export interface SeriesRows {
  meter: string;
  metric: Metric;
  rows: ReadingRow[];
}

/** A batch without repeated keys, with what was left out on the way. */
export interface ReadingBatch {
  series: SeriesRows[];
  duplicates: number;
  conflicts: number;
}

/**
 * Groups rows by (meter, metric), orders them by time and settles keys that occur more than once: the highest
 * position wins, of equal positions the one that came first. Throws `store-rejected` for a row that no engine keeps as
 * it is: a value that is not finite, a time or position that is not an integer.
 */
export function settleBatch(rows: readonly ReadingRow[]): ReadingBatch {
  const batch: ReadingBatch = { series: [], duplicates: 0, conflicts: 0 };
  const byMeter = new Map<string, Map<Metric, ReadingRow[]>>();
  for (const row of rows) {
    if (!isStorable(row))
      throw new PlatformError('store-rejected', `not a reading that can be stored: ${JSON.stringify(row)}`);
    let byMetric = byMeter.get(row.meter);
    if (byMetric === undefined) byMeter.set(row.meter, (byMetric = new Map()));
    const series = byMetric.get(row.metric);
    if (series === undefined) byMetric.set(row.metric, [row]);
    else series.push(row);
  }
  for (const [meter, byMetric] of byMeter)
    for (const [metric, series] of byMetric) batch.series.push({ meter, metric, rows: settleSeries(series, batch) });
  return batch;
}

function isStorable({ value, observedAtMs, receivedAtMs, flags, position }: ReadingRow): boolean {
  return (
    Number.isFinite(value) &&
    Number.isSafeInteger(observedAtMs) &&
    Number.isSafeInteger(receivedAtMs) &&
    Number.isSafeInteger(position) &&
    Number.isInteger(flags) &&
    flags >= 0 &&
    flags <= 255
  );
}

function settleSeries(rows: ReadingRow[], batch: ReadingBatch): ReadingRow[] {
  if (isRising(rows)) return rows;
  // Stable, so that of equal times and positions the first stays first.
  rows.sort((a, b) => a.observedAtMs - b.observedAtMs || b.position - a.position);
  const settled: ReadingRow[] = [];
  let winner: ReadingRow | undefined;
  for (const row of rows) {
    if (winner === undefined || row.observedAtMs !== winner.observedAtMs) {
      settled.push(row);
      winner = row;
    } else if (row.value === winner.value) batch.duplicates++;
    else batch.conflicts++;
  }
  return settled;
}

function isRising(rows: readonly ReadingRow[]): boolean {
  let last = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    if (row.observedAtMs <= last) return false;
    last = row.observedAtMs;
  }
  return true;
}
