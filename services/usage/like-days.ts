import { QUALITY_CODE } from '../../domain/quality.ts';
import { isPartial, qualityOf } from './interval-code.ts';
import type { LocalDay, LocalDays } from './local-days.ts';
import type { BaseRun } from './sum-periods.ts';

/** How like the likest of the like days are: the first that there is of these. */
export const LIKE_LEVELS = ['same-weekday', 'same-kind-and-season', 'same-kind', 'any'] as const;
export type LikeLevel = (typeof LIKE_LEVELS)[number];

/** A day of an estimate, and the complete days before the gap that its shape is the mean of; none: it is flat. */
export interface EstimatedDay {
  day: LocalDay;
  level: LikeLevel | undefined;
  /** The nearest first. */
  likeDays: readonly LikeDay[];
}

/** A complete day, and how often it counts in the mean. */
export interface LikeDay extends CompleteDay {
  weight: number;
}

/** A day all of whose base intervals are measured or interpolated. */
export interface CompleteDay {
  day: LocalDay;
  /** Millionths by time of day, in steps of the base intervals; NaN where the clock skipped it. */
  amounts: Float64Array;
}

/** Finds complete days among the base intervals of a meter. */
export interface DayHistory {
  /** The complete days of the weeks before the day that holds an instant, the nearest first. */
  completeBefore(ms: number): CompleteDay[];
}

/** What {@link createDayHistory} reads. */
export interface DayRows {
  /** The quality code of the interval that starts at an instant; undefined where there is none. */
  codeAt: (startMs: number) => number | undefined;
  valueAt: (startMs: number) => bigint;
  stepMs: number;
  days: LocalDays;
  weeks: number;
}

/**
 * So many of the nearest days make the shape, those of the same weekday twice: measured on recorded electricity, gas and
 * water, both together err less than either.
 */
const MOST_OF_WEEKDAY = 4;
const MOST_OF_KIND = 6;
const DAY_MS = 86_400_000;

/** A day's rows must not change any more once they are asked for. */
export function createDayHistory(rows: DayRows): DayHistory {
  const known = new Map<number, CompleteDay | undefined>();
  /** Of gap after gap within a day the same are asked for. */
  let asked: { beforeMs: number; complete: CompleteDay[] } | undefined;

  function completeDay(day: LocalDay): CompleteDay | undefined {
    if (known.has(day.startMs)) return known.get(day.startMs);
    const amounts = amountsOf(day, rows);
    const complete = amounts && { day, amounts };
    known.set(day.startMs, complete);
    return complete;
  }

  return {
    completeBefore: (ms) => {
      const beforeMs = rows.days.dayAt(ms).startMs;
      if (asked?.beforeMs === beforeMs) return asked.complete;
      const complete: CompleteDay[] = [];
      const untilMs = beforeMs - rows.weeks * 7 * DAY_MS;
      let day = rows.days.dayAt(beforeMs - 1);
      for (; day.endMs > untilMs; day = rows.days.dayBefore(day)) {
        const found = completeDay(day);
        if (found !== undefined) complete.push(found);
      }
      asked = { beforeMs, complete };
      return complete;
    },
  };
}

function amountsOf(day: LocalDay, { codeAt, valueAt, stepMs, days }: DayRows): Float64Array | undefined {
  const amounts = new Float64Array(DAY_MS / stepMs).fill(Number.NaN);
  const counts = new Uint8Array(amounts.length);
  for (let at = day.startMs; at < day.endMs; at += stepMs) {
    const code = codeAt(at);
    if (code === undefined || isPartial(code) || qualityOf(code) > QUALITY_CODE.interpolated) return undefined;
    const slot = Math.floor(days.timeOfDay(at, day) / stepMs);
    const amount = Math.max(0, Number(valueAt(at)));
    // An hour that the clock shows twice counts as the mean of both.
    const count = counts[slot]!;
    amounts[slot] = count === 0 ? amount : Math.floor((amounts[slot]! * count + amount) / (count + 1));
    counts[slot] = count + 1;
  }
  return amounts;
}

/**
 * The days that the shape of `day` is taken from, and how like they are: of the same kind (working day, weekend,
 * holiday) and season, those of the same weekday before all; without any, of the same kind; without any, all.
 */
export function chooseLikeDays(day: LocalDay, complete: readonly CompleteDay[]): EstimatedDay {
  const nearest = (level: LikeLevel, most: number): CompleteDay[] => {
    const found: CompleteDay[] = [];
    for (const other of complete) {
      if (found.length === most) break;
      if (isLike(day, other.day, level)) found.push(other);
    }
    return found;
  };
  const ofKind = nearest('same-kind-and-season', MOST_OF_KIND);
  const ofWeekday = nearest('same-weekday', MOST_OF_WEEKDAY);
  if (ofKind.length > 0) {
    const both = new Set(complete.filter((one) => ofKind.includes(one) || ofWeekday.includes(one)));
    const weightOf = (one: CompleteDay): number => (ofKind.includes(one) ? 1 : 0) + (ofWeekday.includes(one) ? 1 : 0);
    const likeDays = [...both].map((one) => ({ ...one, weight: weightOf(one) }));
    return { day, level: ofWeekday.length > 0 ? 'same-weekday' : 'same-kind-and-season', likeDays };
  }
  for (const level of ['same-kind', 'any'] as const) {
    const likeDays = nearest(level, MOST_OF_KIND).map((one) => ({ ...one, weight: 1 }));
    if (likeDays.length > 0) return { day, level, likeDays };
  }
  return { day, level: undefined, likeDays: [] };
}

function isLike(day: LocalDay, other: LocalDay, level: LikeLevel): boolean {
  if (level === 'any') return true;
  if (day.kind !== other.kind) return false;
  if (level === 'same-kind') return true;
  if (day.season !== other.season) return false;
  return level === 'same-kind-and-season' || day.weekday === other.weekday;
}

/**
 * The days of a gap between two readings with the like days that its estimate took. `history` holds the base intervals
 * of `weeks` before the gap, as they are stored.
 */
export function likeDaysOf(
  gap: { fromMs: number; toMs: number },
  history: BaseRun,
  { stepMs, days, weeks }: { stepMs: number; days: LocalDays; weeks: number },
): EstimatedDay[] {
  const index = new Map(Array.from(history.starts, (start, at) => [start, at]));
  const complete = createDayHistory({
    codeAt: (start) => history.qualities[index.get(start) ?? -1],
    valueAt: (start) => history.values[index.get(start)!]!,
    stepMs,
    days,
    weeks,
  }).completeBefore(gap.fromMs);
  const estimated: EstimatedDay[] = [];
  for (let day = days.dayAt(gap.fromMs); day.startMs < gap.toMs; day = days.dayAt(day.endMs))
    estimated.push(chooseLikeDays(day, complete));
  return estimated;
}
