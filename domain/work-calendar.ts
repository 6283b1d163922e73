import chineseDays from 'chinese-days';

import type { Zone } from './zone.ts';

// A CommonJS bundle whose names Node does not see: they are taken from its default export.
// oxlint-disable-next-line import/no-named-as-default-member
const { getDayDetail } = chineseDays;

const HOUR_MS = 3_600_000;

/** One stretch of working time of a day, `HH:MM` local time. */
export interface WorkingWindow {
  from: string;
  to: string;
}

/** First and last day of a season, `MM-DD`, both within it; `from` may lie after `to` (a winter). */
export interface Season {
  from: string;
  to: string;
}

/** Working hours and seasons of an institution. */
export interface WorkCalendarSettings {
  /** Works on public working days, or on every day of the year (a hospital, a library). */
  openDays: 'workdays' | 'all';
  windows: readonly WorkingWindow[];
  /** Minutes before the first window and after the last one in which people come and go. */
  marginMinutes: number;
  heatingSeason: Season;
  coolingSeason: Season;
}

/** Office hours of Baotou, its heating season (15 October – 15 April) and the months of cooling. */
export const DEFAULT_WORK_CALENDAR: WorkCalendarSettings = {
  openDays: 'workdays',
  windows: [
    { from: '08:30', to: '12:00' },
    { from: '14:30', to: '17:30' },
  ],
  marginMinutes: 60,
  heatingSeason: { from: '10-15', to: '04-15' },
  coolingSeason: { from: '06-01', to: '08-31' },
};

/** Answers when an institution works. Hours are the clock's whole hours, instants epoch milliseconds. */
export interface WorkCalendar {
  readonly zone: Zone;
  /** The hours of a working day that count as off-hours. */
  readonly offHoursOfWorkday: number;
  /** Whether the institution works on a local date (`YYYY-MM-DD`), 调休 make-up days included. */
  isWorkday(date: string): boolean;
  /** False where the published holidays do not reach: Monday to Friday is then assumed, and must be shown as such. */
  coveredYear(year: number): boolean;
  /** Whether any part of the hour lies between the first window's start and the last one's end, margins included. */
  isWorkingHour(hourStartMs: number): boolean;
  seasonAt(ms: number): 'heating' | 'cooling' | 'none';
}

/** A working calendar by the holidays that the State Council publishes (chinese-days). */
export function createWorkCalendar(zone: Zone, settings: WorkCalendarSettings = DEFAULT_WORK_CALENDAR): WorkCalendar {
  const starts = settings.windows.map(({ from }) => minutesOf(from));
  const ends = settings.windows.map(({ to }) => minutesOf(to));
  const firstMinute = Math.min(...starts) - settings.marginMinutes;
  const lastMinute = Math.max(...ends) + settings.marginMinutes;
  const isWithinDay = (hour: number): boolean => (hour + 1) * 60 > firstMinute && hour * 60 < lastMinute;
  const byHour = Array.from({ length: 24 }, (_, hour) => isWithinDay(hour));
  const workdays = new Map<string, boolean>();
  const covered = new Map<number, boolean>();

  function isWorkday(date: string): boolean {
    if (settings.openDays === 'all') return true;
    let known = workdays.get(date);
    if (known === undefined) {
      known = workdayOf(date);
      workdays.set(date, known);
    }
    return known;
  }

  function workdayOf(date: string): boolean {
    const published = publishedDay(date);
    if (published !== undefined && coveredYear(Number(date.slice(0, 4)))) return published.work;
    const weekday = new Date(`${date}T00:00Z`).getUTCDay();
    return weekday >= 1 && weekday <= 5;
  }

  function isWorkingAt(ms: number): boolean {
    const t = zone.local(ms);
    return byHour[t.hour] === true && isWorkday(dateOf(t));
  }

  function coveredYear(year: number): boolean {
    let known = covered.get(year);
    if (known === undefined) {
      // National Day is a holiday of every published year.
      known = publishedDay(`${year}-10-01`)?.name.includes('国庆节') === true;
      covered.set(year, known);
    }
    return known;
  }

  return {
    zone,
    offHoursOfWorkday: byHour.filter((working) => !working).length,
    isWorkday,
    coveredYear,
    isWorkingHour: (hourStartMs) => {
      if (isWorkingAt(hourStartMs)) return true;
      // A zone off the whole hour (UTC+5:30) puts half of the clock's next hour into this one.
      return zone.offsetAt(hourStartMs) % HOUR_MS !== 0 && isWorkingAt(hourStartMs + HOUR_MS - 1);
    },
    seasonAt: (ms) => {
      const monthDay = zone.date(ms).slice(5);
      if (isWithin(settings.heatingSeason, monthDay)) return 'heating';
      return isWithin(settings.coolingSeason, monthDay) ? 'cooling' : 'none';
    },
  };
}

/** What was published about a date: a holiday or a make-up day; undefined for all others. */
function publishedDay(date: string): { work: boolean; name: string } | undefined {
  // West of Greenwich the package's table and its reading of this text are both a day off, so that they still meet;
  // its weekdays are wrong there, and are not taken from it.
  const { work, name } = getDayDetail(date);
  return name.includes(',') ? { work, name } : undefined;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}

function dateOf(t: { year: number; month: number; day: number }): string {
  return `${t.year}-${String(t.month).padStart(2, '0')}-${String(t.day).padStart(2, '0')}`;
}

function isWithin(season: Season, monthDay: string): boolean {
  return season.from <= season.to
    ? monthDay >= season.from && monthDay <= season.to
    : monthDay >= season.from || monthDay <= season.to;
}
