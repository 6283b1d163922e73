import type { CalendarYear } from '../../../services/api/schemas/calendar.ts';

/** A day of a calendar, as the API gives it. */
export type CalendarDay = CalendarYear['days'][number];

/** How a day is marked: what is not plain by its weekday has a letter, so that no colour is needed to tell. */
export type DayMark = 'work' | 'rest' | 'holiday' | 'make-up' | 'term-break';

/** The mark of a day; Saturday and Sunday are told from the date, not from the clock of the browser. */
export function markOf({ date, kind, reason }: CalendarDay): DayMark {
  const weekday = new Date(`${date}T00:00:00Z`).getUTCDay();
  const isWeekend = weekday === 0 || weekday === 6;
  if (reason === 'term-break') return 'term-break';
  if (reason === 'always-open') return 'work';
  if (kind === 'work') return isWeekend ? 'make-up' : 'work';
  return isWeekend && reason === 'weekday' ? 'rest' : 'holiday';
}
