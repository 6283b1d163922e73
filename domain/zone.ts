const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Calendar date and hour in a zone; `weekday` is 1 (Monday) to 7 (Sunday). */
export interface LocalTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  weekday: number;
}

/** Local days, months and years of one time zone. All instants are epoch milliseconds. */
export interface Zone {
  readonly name: string;
  /** Milliseconds to add to UTC to get local time at `ms`. */
  offsetAt(ms: number): number;
  local(ms: number): LocalTime;
  /** The instant at which a local date begins. `month` and `day` may run over, as in Date.UTC. */
  at(year: number, month: number, day: number, hour?: number): number;
  dayStart(ms: number): number;
  nextDay(ms: number): number;
  monthStart(ms: number): number;
  nextMonth(ms: number): number;
  yearStart(ms: number): number;
  nextYear(ms: number): number;
  /** `2026-11-22` */
  date(ms: number): string;
  /** RFC 3339 with the zone's offset, to the second (or millisecond where there is one). */
  iso(ms: number): string;
}

const pad = (n: number): string => String(n).padStart(2, '0');

/** The calendar of an IANA zone, with or without daylight saving. Throws RangeError on an unknown name. */
export function createZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const byQuarter = new Map<number, number>();

  function lookUpOffset(ms: number): number {
    const part = new Map<string, number>(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const of = (type: string): number => part.get(type) ?? 0;
    return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - ms;
  }

  // Zones change their offset on quarter hours at the finest.
  function offsetAt(ms: number): number {
    const quarter = Math.floor(ms / 900_000) * 900_000;
    let offset = byQuarter.get(quarter);
    if (offset === undefined) {
      if (byQuarter.size > 200_000) byQuarter.clear();
      offset = lookUpOffset(quarter);
      byQuarter.set(quarter, offset);
    }
    return offset;
  }

  function local(ms: number): LocalTime {
    const shifted = new Date(ms + offsetAt(ms));
    return {
      year: shifted.getUTCFullYear(),
      month: shifted.getUTCMonth() + 1,
      day: shifted.getUTCDate(),
      hour: shifted.getUTCHours(),
      minute: shifted.getUTCMinutes(),
      weekday: shifted.getUTCDay() === 0 ? 7 : shifted.getUTCDay(),
    };
  }

  function at(year: number, month: number, day: number, hour = 0): number {
    const wall = Date.UTC(year, month - 1, day, hour);
    const first = wall - offsetAt(wall);
    const second = wall - offsetAt(first);
    // In a gap of the clock the two guesses disagree: the day begins when the clock resumes.
    return second + offsetAt(second) === wall ? second : Math.max(first, second);
  }

  const dayStart = (ms: number): number => {
    const t = local(ms);
    return at(t.year, t.month, t.day);
  };
  return {
    name,
    offsetAt,
    local,
    at,
    dayStart,
    nextDay: (ms) => dayStart(dayStart(ms) + DAY_MS + 6 * HOUR_MS),
    monthStart: (ms) => {
      const t = local(ms);
      return at(t.year, t.month, 1);
    },
    nextMonth: (ms) => {
      const t = local(ms);
      return at(t.year, t.month + 1, 1);
    },
    yearStart: (ms) => at(local(ms).year, 1, 1),
    nextYear: (ms) => at(local(ms).year + 1, 1, 1),
    date: (ms) => {
      const t = local(ms);
      return `${t.year}-${pad(t.month)}-${pad(t.day)}`;
    },
    iso: (ms) => {
      const offset = offsetAt(ms);
      const sign = offset < 0 ? '-' : '+';
      const minutes = Math.abs(offset) / 60_000;
      const wall = new Date(ms + offset).toISOString().slice(0, -1).replace('.000', '');
      return `${wall}${sign}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
    },
  };
}
