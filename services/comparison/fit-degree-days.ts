/** A day's use against its degree-days. */
export interface DegreeDayUse {
  date: string;
  /** K·d, not negative. */
  degreeDays: number;
  micro: number;
}

/** The straight line through the days: use = base load + slope × degree-days. */
export interface DegreeDayFit {
  /** Millionths per degree-day. */
  slope: number;
  /** Millionths a day without degree-days; below zero where the use begins later than the degree-days do. */
  baseLoad: number;
  /** The share of the days' variance that the line explains (R²), between 0 and 1. */
  r2: number;
  days: number;
}

export type FitOutcome = { ok: true; fit: DegreeDayFit } | { ok: false; reason: 'too-few-days' | 'no-slope' };

/** Fewer days than these say more of single days than of the building. */
export const MIN_FIT_DAYS = 60;
/** Of them so many must have degree-days at all, so that there is something to fit. */
const MIN_DEGREE_DAYS = 20;

/**
 * Fits daily use against degree-days by least squares. `too-few-days`: under {@link MIN_FIT_DAYS} days, or degree-days
 * that hardly differ. `no-slope`: the use does not rise with degree-days, so that nothing is to be adjusted.
 */
export function fitDegreeDays(days: readonly DegreeDayUse[]): FitOutcome {
  const withAny = days.filter(({ degreeDays }) => degreeDays > 0).length;
  if (days.length < MIN_FIT_DAYS || withAny < MIN_DEGREE_DAYS) return { ok: false, reason: 'too-few-days' };
  const meanX = meanOf(days.map(({ degreeDays }) => degreeDays));
  const meanY = meanOf(days.map(({ micro }) => micro));
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const { degreeDays, micro } of days) {
    const x = degreeDays - meanX;
    const y = micro - meanY;
    xx += x * x;
    xy += x * y;
    yy += y * y;
  }
  // A standard deviation under a tenth of a degree: every day the same, any slope would be noise.
  if (xx < 0.01 * days.length) return { ok: false, reason: 'too-few-days' };
  const slope = xy / xx;
  if (!(slope > 0)) return { ok: false, reason: 'no-slope' };
  return { ok: true, fit: { slope, baseLoad: meanY - slope * meanX, r2: (xy * xy) / (xx * yy), days: days.length } };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
