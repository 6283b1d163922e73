import type { DayReason, WorkCalendar } from '../../domain/work-calendar.ts';

/** One day of a calendar's year. */
export interface DayOfYear {
  date: string;
  kind: 'work' | 'rest';
  reason: DayReason;
  name: string;
  season: 'heating' | 'cooling' | 'none';
}

/** Every day of a year, in order. */
export function daysOfYear(calendar: WorkCalendar, year: number): DayOfYear[] {
  const days: DayOfYear[] = [];
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += 86_400_000) {
    const date = new Date(at).toISOString().slice(0, 10);
    const { isWorkday, reason, name } = calendar.dayAt(date);
    const noon = calendar.zone.at(year, Number(date.slice(5, 7)), Number(date.slice(8)), 12);
    days.push({ date, kind: isWorkday ? 'work' : 'rest', reason, name, season: calendar.seasonAt(noon) });
  }
  return days;
}
