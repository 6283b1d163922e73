const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** The last days of a history are kept by the quarter hour. */
const DENSE_DAYS = 35;
/** Readings of one meter in a message; 20 days by the hour, 5 days by the quarter hour. */
const SLICE_POINTS = 480;

/**
 * When a history's readings were taken, from `fromMs` to `toMs` (both included where they lie on the grid): every
 * hour, in the 35 days before `toMs` every quarter hour; cut into slices of at most 480 points.
 */
export function historySlices(fromMs: number, toMs: number): number[][] {
  const denseFromMs = Math.max(fromMs, Math.floor((toMs - DENSE_DAYS * DAY_MS) / HOUR_MS) * HOUR_MS);
  const slices: number[][] = [];
  let slice: number[] = [];
  const cut = (): void => {
    if (slice.length > 0) slices.push(slice);
    slice = [];
  };
  for (let ms = ceil(fromMs, HOUR_MS); ms < denseFromMs; ms += HOUR_MS) {
    slice.push(ms);
    if (slice.length === SLICE_POINTS) cut();
  }
  cut();
  for (let ms = ceil(denseFromMs, QUARTER_MS); ms <= toMs; ms += QUARTER_MS) {
    slice.push(ms);
    if (slice.length === SLICE_POINTS) cut();
  }
  cut();
  return slices;
}

function ceil(ms: number, step: number): number {
  return Math.ceil(ms / step) * step;
}
