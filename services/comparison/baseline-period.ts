import { dateOfDay, dayNumber, type DatePeriod, monthsBefore } from './civil-day.ts';

/** An earlier period, and which of its days stands for a day of the later one. */
export interface BaselinePeriod {
  period: DatePeriod;
  /** Undefined where the day has none: 29 February, the 31st of a month against one of 30 days. */
  counterpartOf: (date: string) => string | undefined;
}

/**
 * The same dates a year before (`last-year`), or the period of the same length just before (`last-period`): as many
 * whole months where the period is whole months, day of the month against day of the month, else as many days.
 */
export function baselinePeriod(kind: 'last-period' | 'last-year', current: DatePeriod): BaselinePeriod {
  if (kind === 'last-year') return monthsEarlier(current, 12);
  const months = wholeMonths(current);
  return months === undefined ? daysEarlier(current) : monthsEarlier(current, months);
}

function monthsEarlier({ from, to }: DatePeriod, months: number): BaselinePeriod {
  const period = { from: boundaryBefore(from, months), to: boundaryBefore(to, months) };
  return { period, counterpartOf: (date) => monthsBefore(date, months) };
}

function daysEarlier({ from, to }: DatePeriod): BaselinePeriod {
  const days = dayNumber(to) - dayNumber(from);
  const earlier = (date: string): string => dateOfDay(dayNumber(date) - days);
  return { period: { from: earlier(from), to: from }, counterpartOf: earlier };
}

/** Where a month has no such day, the days up to its end lie before the boundary: it is the first of the next month. */
function boundaryBefore(date: string, months: number): string {
  const same = monthsBefore(date, months);
  if (same !== undefined) return same;
  return monthsBefore(`${date.slice(0, 7)}-01`, months - 1)!;
}

function wholeMonths({ from, to }: DatePeriod): number | undefined {
  if (!from.endsWith('-01') || !to.endsWith('-01')) return undefined;
  const monthOf = (date: string): number => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7));
  return monthOf(to) - monthOf(from);
}
