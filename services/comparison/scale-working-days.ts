/** A day whose use is known. */
export interface KnownDay {
  date: string;
  micro: number;
}

/** The baseline as if it had had the working days of the current period. */
export interface ScaledBaseline {
  /** Null where the baseline knows no day of a kind that the current period has. */
  adjustedMicro: number | null;
  currentWorking: number;
  currentOther: number;
  baselineWorking: number;
  baselineOther: number;
  /** Millionths a day; null without such a day. */
  workingMeanMicro: number | null;
  otherMeanMicro: number | null;
}

/**
 * Scales the baseline by the mean of its working days and that of its other days, each times the days of that kind that
 * are known in the current period: a month of more working days is no rise by that alone.
 */
export function scaleWorkingDays(
  current: readonly KnownDay[],
  baseline: readonly KnownDay[],
  isWorkday: (date: string) => boolean,
): ScaledBaseline {
  const working = baseline.filter(({ date }) => isWorkday(date));
  const other = baseline.filter(({ date }) => !isWorkday(date));
  const currentWorking = current.filter(({ date }) => isWorkday(date)).length;
  const currentOther = current.length - currentWorking;
  const workingMeanMicro = meanOf(working);
  const otherMeanMicro = meanOf(other);
  const parts = [
    currentWorking === 0 ? 0 : workingMeanMicro === null ? null : workingMeanMicro * currentWorking,
    currentOther === 0 ? 0 : otherMeanMicro === null ? null : otherMeanMicro * currentOther,
  ] as const;
  return {
    adjustedMicro: parts[0] === null || parts[1] === null ? null : parts[0] + parts[1],
    currentWorking,
    currentOther,
    baselineWorking: working.length,
    baselineOther: other.length,
    workingMeanMicro,
    otherMeanMicro,
  };
}

function meanOf(days: readonly KnownDay[]): number | null {
  return days.length === 0 ? null : days.reduce((sum, { micro }) => sum + micro, 0) / days.length;
}
