import type { TouchedRange } from './port.ts';
import type { SeriesRows } from './reading-batch.ts';

/** Rows of a meter further apart than this are logged as ranges of their own: one late reading is not a dirty year. */
const GAP_MS = 86_400_000;

/** The ranges of device time that a batch touches: apart from each other, by meter and rising time. */
export function touchedRanges(series: readonly SeriesRows[]): TouchedRange[] {
  const byMeter = new Map<string, TouchedRange[]>();
  for (const { meter, rows } of series) {
    let ranges = byMeter.get(meter);
    if (ranges === undefined) byMeter.set(meter, (ranges = []));
    let open: TouchedRange | undefined;
    for (const { observedAtMs } of rows) {
      if (open !== undefined && observedAtMs >= open.toMs && observedAtMs - open.toMs <= GAP_MS)
        open.toMs = observedAtMs;
      else ranges.push((open = { meter, fromMs: observedAtMs, toMs: observedAtMs }));
    }
  }
  return [...byMeter.values()].flatMap(mergeRanges);
}

function mergeRanges(ranges: TouchedRange[]): TouchedRange[] {
  ranges.sort((a, b) => a.fromMs - b.fromMs);
  const merged: TouchedRange[] = [];
  for (const range of ranges) {
    const last = merged.at(-1);
    if (last !== undefined && range.fromMs - last.toMs <= GAP_MS) last.toMs = Math.max(last.toMs, range.toMs);
    else merged.push(range);
  }
  return merged;
}
