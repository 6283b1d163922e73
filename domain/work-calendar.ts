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

/** First and last day, `YYYY-MM-DD`, both within it. */
export interface DatedPeriod {
  from: string;
  to: string;
}

/** Working hours and seasons of an institution. */
export interface WorkCalendarSettings {
  /** Works on public working days, or on every day of the year (a hospital, a library). */
  openDays: 'workdays' | 'all';
  windows: readonly WorkingWindow[];
  /** Minutes before and after each window in which people come and go. */
  marginMinutes: number;
  heatingSeason: Season;
  coolingSeason: Season;
  /** Heating and cooling as announced for a year: each takes the place of the yearly season that it overlaps. */
  heatingPeriods?: readonly DatedPeriod[];
  coolingPeriods?: readonly DatedPeriod[];
  /** School terms: between two of them there is no work. Before the first and after the last nothing is known. */
  terms?: readonly DatedPeriod[];
}

/** A day that is worked or rested against what is published. */
export interface CalendarDay {
  kind: 'work' | 'rest';
  name: string;
}

/** What a calendar is made of: settings from days on, and single days. */
export interface WorkCalendarSource {
  /** By rising `validFrom` (`YYYY-MM-DD`); the first holds before its day too. */
  versions: readonly { validFrom: string; settings: WorkCalendarSettings }[];
  /** Of the whole city, by date; they stand in the place of what is published. */
  cityDays: ReadonlyMap<string, CalendarDay>;
  /** Of the institution alone, over everything else. */
  ownDays: ReadonlyMap<string, CalendarDay>;
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

/** Why a day is worked or rested. */
export type DayReason = 'weekday' | 'published' | 'city' | 'own' | 'term-break' | 'always-open';

/** Answers when an institution works. Hours are the clock's whole hours, instants epoch milliseconds. */
export interface WorkCalendar {
  readonly zone: Zone;
  /** All that its answers depend on beside the published holidays, as text. */
  readonly key: string;
  /** The hours of a working day that count as off-hours, by the newest settings. */
  readonly offHoursOfWorkday: number;
  /** Whether the institution works on a local date (`YYYY-MM-DD`), 调休 make-up days included. */
  isWorkday(date: string): boolean;
  /** The same with the reason, and the name of a holiday or make-up day where there is one. */
  dayAt(date: string): { isWorkday: boolean; reason: DayReason; name: string };
  /** Working windows of a working day, without the margins. */
  windowsOn(date: string): readonly WorkingWindow[];
  /** False where neither the published holidays nor the city's own days reach: Monday to Friday is then assumed, and must be shown as such. */
  coveredYear(year: number): boolean;
  /** All of it at once, remembered: rules ask for every hour of years, institution by institution. */
  hourAt(hourStartMs: number): CalendarHour;
  /** Whether any part of the hour lies within a window, margins included. */
  isWorkingHour(hourStartMs: number): boolean;
  seasonAt(ms: number): 'heating' | 'cooling' | 'none';
}

/** Settings with what was worked out of them once. */
interface Version {
  validFrom: string;
  settings: WorkCalendarSettings;
  byHour: readonly boolean[];
  seasonOf(date: string): CalendarHour['season'];
  isBreak(date: string): boolean;
}

/** A calendar of one institution that has nothing but settings. */
export function createWorkCalendar(zone: Zone, settings: WorkCalendarSettings = DEFAULT_WORK_CALENDAR): WorkCalendar {
  return workCalendarOf(zone, { versions: [{ validFrom: '', settings }], cityDays: NO_DAYS, ownDays: NO_DAYS });
}

const NO_DAYS: ReadonlyMap<string, CalendarDay> = new Map();

/** A working calendar by the holidays that the State Council publishes (chinese-days), and what was entered over them. */
export function workCalendarOf(zone: Zone, source: WorkCalendarSource): WorkCalendar {
  const { cityDays, ownDays } = source;
  const versions = source.versions.map(({ validFrom, settings }) => versionOf(validFrom, settings));
  const byStart = new Map<number, CalendarHour>();
  const days = new Map<string, ReturnType<WorkCalendar['dayAt']>>();
  const covered = new Map<number, boolean>();

  function versionOn(date: string): Version {
    return versions.findLast(({ validFrom }) => validFrom <= date) ?? versions[0]!;
  }

  function dayAt(date: string): ReturnType<WorkCalendar['dayAt']> {
    let known = days.get(date);
    if (known === undefined) {
      known = judgeDay(date);
      days.set(date, known);
    }
    return known;
  }

  function judgeDay(date: string): ReturnType<WorkCalendar['dayAt']> {
    const own = ownDays.get(date);
    if (own !== undefined) return { isWorkday: own.kind === 'work', reason: 'own', name: own.name };
    const version = versionOn(date);
    if (version.settings.openDays === 'all') return { isWorkday: true, reason: 'always-open', name: '' };
    if (version.isBreak(date)) return { isWorkday: false, reason: 'term-break', name: '' };
    const city = cityDays.get(date);
    if (city !== undefined) return { isWorkday: city.kind === 'work', reason: 'city', name: city.name };
    const published = isPublishedYear(Number(date.slice(0, 4))) ? publishedDay(date) : undefined;
    if (published !== undefined) {
      return { isWorkday: published.work, reason: 'published', name: chineseName(published.name) };
    }
    const weekday = new Date(`${date}T00:00Z`).getUTCDay();
    return { isWorkday: weekday >= 1 && weekday <= 5, reason: 'weekday', name: '' };
  }

  function hourAt(hourStartMs: number): CalendarHour {
    let known = byStart.get(hourStartMs);
    if (known === undefined) {
      const t = zone.local(hourStartMs);
      const date = dateOf(t);
      // A zone off the whole hour (UTC+5:30) puts half of the clock's next hour into this one.
      const isWorking = isWorkingAt(t) || (t.minute !== 0 && isWorkingAt(zone.local(hourStartMs + HOUR_MS - 1)));
      known = { date, year: t.year, isWorking, season: versionOn(date).seasonOf(date) };
      byStart.set(hourStartMs, known);
    }
    return known;
  }

  function isWorkingAt(t: LocalTime): boolean {
    const date = dateOf(t);
    return versionOn(date).byHour[t.hour] === true && dayAt(date).isWorkday;
  }

  function coveredYear(year: number): boolean {
    let known = covered.get(year);
    if (known === undefined) {
      known = isPublishedYear(year) || cityDays.has(`${year}-10-01`);
      covered.set(year, known);
    }
    return known;
  }

  return {
    zone,
    key: JSON.stringify([source.versions, [...cityDays], [...ownDays]]),
    offHoursOfWorkday: versions.at(-1)!.byHour.filter((working) => !working).length,
    isWorkday: (date) => dayAt(date).isWorkday,
    dayAt,
    windowsOn: (date) => versionOn(date).settings.windows,
    coveredYear,
    hourAt,
    isWorkingHour: (hourStartMs) => hourAt(hourStartMs).isWorking,
    seasonAt: (ms) => {
      const date = dateOf(zone.local(ms));
      return versionOn(date).seasonOf(date);
    },
  };
}

function versionOf(validFrom: string, settings: WorkCalendarSettings): Version {
  const { marginMinutes, terms = [], heatingPeriods = [], coolingPeriods = [] } = settings;
  const stretches = settings.windows.map(({ from, to }) => ({
    from: minutesOf(from) - marginMinutes,
    to: minutesOf(to) + marginMinutes,
  }));
  const isWithinDay = (hour: number): boolean =>
    stretches.some(({ from, to }) => (hour + 1) * 60 > from && hour * 60 < to);
  const isHeating = withinSeason(settings.heatingSeason, heatingPeriods);
  const isCooling = withinSeason(settings.coolingSeason, coolingPeriods);
  return {
    validFrom,
    settings,
    byHour: Array.from({ length: 24 }, (_, hour) => isWithinDay(hour)),
    seasonOf: (date) => {
      if (isHeating(date)) return 'heating';
      return isCooling(date) ? 'cooling' : 'none';
    },
    isBreak: (date) =>
      terms.some(({ to }) => to < date) && terms.some(({ from }) => from > date) && !terms.some(holds(date)),
  };
}

/** National Day is a holiday of every published year. */
function isPublishedYear(year: number): boolean {
  return publishedDay(`${year}-10-01`)?.name.includes('国庆节') === true;
}

/** What was published about a date: a holiday or a make-up day; undefined for all others. */
function publishedDay(date: string): { work: boolean; name: string } | undefined {
  // West of Greenwich the package's table and its reading of this text are both a day off, so that they still meet;
  // its weekdays are wrong there, and are not taken from it.
  const { work, name } = getDayDetail(date);
  return name.includes(',') ? { work, name } : undefined;
}

/** The package's names are `English,中文,days`. */
function chineseName(name: string): string {
  return name.split(',')[1] ?? name;
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  return hours * 60 + minutes;
}

function dateOf(t: LocalTime): string {
  return `${t.year}-${String(t.month).padStart(2, '0')}-${String(t.day).padStart(2, '0')}`;
}

const holds =
  (date: string) =>
  ({ from, to }: DatedPeriod): boolean =>
    from <= date && date <= to;

/** Whether a date lies within the yearly season, or the period that was announced in the place of it. */
function withinSeason(season: Season, announced: readonly DatedPeriod[]): (date: string) => boolean {
  const isWinter = season.from > season.to;
  return (date) => {
    if (announced.some(holds(date))) return true;
    const monthDay = date.slice(5);
    const isWithin = isWinter
      ? monthDay >= season.from || monthDay <= season.to
      : monthDay >= season.from && monthDay <= season.to;
    if (!isWithin) return false;
    const year = Number(date.slice(0, 4)) - (isWinter && monthDay <= season.to ? 1 : 0);
    const yearly = { from: `${year}-${season.from}`, to: `${isWinter ? year + 1 : year}-${season.to}` };
    return !announced.some(({ from, to }) => from <= yearly.to && to >= yearly.from);
  };
}
