/** A value that holds on the dates from (incl.) to (excl.; null: until further notice), `YYYY-MM-DD`. */
export interface Period<T> {
  from: string;
  to: string | null;
  value: T;
}

/** The date from which holds what was entered without one: before every other. */
export const BEGINNING = '1970-01-01';

/**
 * Enters a value from a day on, or corrects the one that begins on it. The period in which the day lies is closed with
 * it, the one that comes next stays: periods never overlap. Expects and gives them by rising date.
 */
export function putPeriod<T>(periods: readonly Period<T>[], from: string, value: T): Period<T>[] {
  if (periods.some((period) => period.from === from)) {
    return periods.map((period) => (period.from === from ? { ...period, value } : period));
  }
  const before = periods.filter((period) => period.from < from);
  const behind = periods.filter((period) => period.from > from);
  const last = before.at(-1);
  const isWithin = last !== undefined && (last.to === null || last.to > from);
  const to = isWithin ? last.to : (behind[0]?.from ?? null);
  const closed = before.map((period) => (isWithin && period === last ? { ...period, to: from } : period));
  return [...closed, { from, to, value }, ...behind];
}

/** Takes out the period that begins on a day; the one that ended with that day goes on in its place. */
export function dropPeriod<T>(periods: readonly Period<T>[], from: string): Period<T>[] {
  const dropped = periods.find((period) => period.from === from);
  return periods
    .filter((period) => period !== dropped)
    .map((period) => (period.to === from ? { ...period, to: dropped?.to ?? null } : period));
}

/** The period in which a day lies. */
export function periodOn<T>(periods: readonly Period<T>[], date: string): Period<T> | undefined {
  return periods.find(({ from, to }) => from <= date && (to === null || to > date));
}
