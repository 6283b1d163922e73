const DAY_MS = 86_400_000;

/** The days from 1970-01-01 to a calendar date (`YYYY-MM-DD`). */
export function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00Z`) / DAY_MS;
}

/** The calendar date of a day counted from 1970-01-01. */
export function dateOfDay(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** The same day of the month so many months before; undefined where that month has no such day. */
export function monthsBefore(date: string, months: number): string | undefined {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const at = new Date(Date.UTC(year, month - 1 - months, day));
  return at.getUTCDate() === day ? at.toISOString().slice(0, 10) : undefined;
}

/** The dates of [from, to), in order. */
export function datesOf({ from, to }: DatePeriod): string[] {
  const first = dayNumber(from);
  return Array.from({ length: Math.max(0, dayNumber(to) - first) }, (_, index) => dateOfDay(first + index));
}

/** Calendar dates [from, to). */
export interface DatePeriod {
  from: string;
  to: string;
}

/** The same dates as periods that neither overlap nor touch, in order. */
export function mergedPeriods(periods: readonly DatePeriod[]): DatePeriod[] {
  const merged: DatePeriod[] = [];
  for (const { from, to } of periods.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const last = merged.at(-1);
    if (last === undefined || last.to < from) merged.push({ from, to });
    else if (last.to < to) last.to = to;
  }
  return merged;
}
