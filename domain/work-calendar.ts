import chineseDays from 'chinese-days';

import type { LocalTime, Zone } from './zone.ts';

// A CommonJS bundle whose names Node does not see: they are taken from its default export.
// oxlint-disable-next-line import/no-named-as-default-member
const { getDayDetail } = chineseDays;

const HOUR_MS = 3_600_000;

/** One stretch of working time of a day, `HH:MM` local time. */
interface WorkingWindow {
  from: string;
  to: string;
}

/** First and last day of a season, `MM-DD`, both within it; `from` may lie after `to` (a winter). */
interface Season {
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

/** What a calendar says of one of the clock's hours. */
interface CalendarHour {
  /** Local date of its start, `YYYY-MM-DD`. */
  date: string;
  year: number;
  isWorking: boolean;
  season: 'heating' | 'cooling' | 'none';
}

/** Answers when an institution works. Hours are the clock's whole hours, instants epoch milliseconds. */
export interface WorkCalendar {
  readonly zone: Zone;
  /** The hours of a working day that count as off-hours. */
  readonly offHoursOfWorkday: number;
  /** Whether the institution works on a local date (`YYYY-MM-DD`), 调休 make-up days included. */
  isWorkday(date: string): boolean;
  /** False where the published holidays do not reach: Monday to Friday is then assumed, and must be shown as such. */
  coveredYear(year: number): boolean;
  /** All of it at once, remembered: rules ask for every hour of years, institution by institution. */
  hourAt(hourStartMs: number): CalendarHour;
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
  const isHeating = withinSeason(settings.heatingSeason);
  const isCooling = withinSeason(settings.coolingSeason);
  const byStart = new Map<number, CalendarHour>();
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

  function hourAt(hourStartMs: number): CalendarHour {
    let known = byStart.get(hourStartMs);
    if (known === undefined) {
      const t = zone.local(hourStartMs);
      // A zone off the whole hour (UTC+5:30) puts half of the clock's next hour into this one.
      const isWorking = isWorkingAt(t) || (t.minute !== 0 && isWorkingAt(zone.local(hourStartMs + HOUR_MS - 1)));
      known = { date: dateOf(t), year: t.year, isWorking, season: seasonOf(t) };
      byStart.set(hourStartMs, known);
    }
    return known;
  }

  function isWorkingAt(t: LocalTime): boolean {
    return byHour[t.hour] === true && isWorkday(dateOf(t));
  }

  function seasonOf({ month, day }: LocalTime): CalendarHour['season'] {
    const monthDay = month * 100 + day;
    if (isHeating(monthDay)) return 'heating';
    return isCooling(monthDay) ? 'cooling' : 'none';
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
    hourAt,
    isWorkingHour: (hourStartMs) => hourAt(hourStartMs).isWorking,
    seasonAt: (ms) => seasonOf(zone.local(ms)),
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

function dateOf(t: LocalTime): string {
  return `${t.year}-${String(t.month).padStart(2, '0')}-${String(t.day).padStart(2, '0')}`;
}

/** Whether a day, as month × 100 + day, lies within the season. */
function withinSeason(season: Season): (monthDay: number) => boolean {
  const [from, to] = [season.from, season.to].map((text) => Number(text.replace('-', ''))) as [number, number];
  return from <= to
    ? (monthDay) => monthDay >= from && monthDay <= to
    : (monthDay) => monthDay >= from || monthDay <= to;
}
