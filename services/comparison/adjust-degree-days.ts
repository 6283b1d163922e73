import { type DegreeDayFit, type DegreeDayUse, fitDegreeDays } from './fit-degree-days.ts';

/** The baseline as if it had had the weather, and the number of days, of the current period. */
export interface WeatherAdjusted {
  method: 'regression' | 'proportional' | 'per-day';
  whyNotRegression: 'too-few-days' | 'no-slope' | null;
  fit: DegreeDayFit | null;
  currentMicro: number;
  baselineMicro: number;
  currentDegreeDays: number;
  baselineDegreeDays: number;
  /** Null where one of the periods knows no day, or the proportion has no degree-days to start from. */
  adjustedMicro: number | null;
}

/**
 * Adjusts what the baseline used to the degree-days of the current period, over the days that are known in each:
 * `regression`: baseline + slope × (degree-days now − then) + base load × (days now − then); `proportional`, where there
 * are too few days to fit: baseline × degree-days now / then; `per-day`, where the use does not rise with degree-days:
 * its mean per day. Never below zero.
 */
export function adjustDegreeDays(
  current: readonly DegreeDayUse[],
  baseline: readonly DegreeDayUse[],
  fitted: readonly DegreeDayUse[],
): WeatherAdjusted {
  const outcome = fitDegreeDays(fitted);
  const now = sumsOf(current);
  const then = sumsOf(baseline);
  const sums = {
    currentMicro: now.micro,
    baselineMicro: then.micro,
    currentDegreeDays: now.degreeDays,
    baselineDegreeDays: then.degreeDays,
  };
  const adjusted = (micro: number | null): number | null =>
    micro === null || current.length === 0 || baseline.length === 0 ? null : Math.max(0, micro);
  if (outcome.ok) {
    const { fit } = outcome;
    const micro =
      then.micro + fit.slope * (now.degreeDays - then.degreeDays) + fit.baseLoad * (current.length - baseline.length);
    return { method: 'regression', whyNotRegression: null, fit, ...sums, adjustedMicro: adjusted(micro) };
  }
  const { reason: whyNotRegression } = outcome;
  if (whyNotRegression === 'no-slope') {
    const micro = (then.micro / baseline.length) * current.length;
    return { method: 'per-day', whyNotRegression, fit: null, ...sums, adjustedMicro: adjusted(micro) };
  }
  const micro = then.degreeDays > 0 ? (then.micro * now.degreeDays) / then.degreeDays : null;
  return { method: 'proportional', whyNotRegression, fit: null, ...sums, adjustedMicro: adjusted(micro) };
}

function sumsOf(days: readonly DegreeDayUse[]): { micro: number; degreeDays: number } {
  return days.reduce((sum, day) => ({ micro: sum.micro + day.micro, degreeDays: sum.degreeDays + day.degreeDays }), {
    micro: 0,
    degreeDays: 0,
  });
}
