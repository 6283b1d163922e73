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
 * position wins, of equal positions the one that came first.
 */
export function settleBatch(rows: readonly ReadingRow[]): ReadingBatch {
  const batch: ReadingBatch = { series: [], duplicates: 0, conflicts: 0 };
  const byMeter = new Map<string, Map<Metric, ReadingRow[]>>();
  for (const row of rows) {
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
