import type { BaseRun } from './sum-periods.ts';

/** The intervals that start within [fromMs, toMs), copied so that a long run is not kept for its end. */
export function cutRun(run: BaseRun, fromMs: number, toMs: number): BaseRun {
  const first = run.starts.findIndex((start) => start >= fromMs);
  const end = run.starts.findIndex((start) => start >= toMs);
  const range: [number, number] = [first < 0 ? run.starts.length : first, end < 0 ? run.starts.length : end];
  return {
    starts: run.starts.slice(...range),
    values: run.values.slice(...range),
    qualities: run.qualities.slice(...range),
  };
}

/** Two runs, the second behind the first, as one. */
export function joinRuns(before: BaseRun, after: BaseRun): BaseRun {
  const starts = new Float64Array(before.starts.length + after.starts.length);
  starts.set(before.starts);
  starts.set(after.starts, before.starts.length);
  const values = new BigInt64Array(starts.length);
  values.set(before.values);
  values.set(after.values, before.values.length);
  const qualities = new Uint8Array(starts.length);
  qualities.set(before.qualities);
  qualities.set(after.qualities, before.qualities.length);
  return { starts, values, qualities };
}
