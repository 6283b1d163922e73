import { createWorkCalendar } from '../../domain/work-calendar.ts';
import type { Zone } from '../../domain/zone.ts';

/** A day of the zone, and what makes it like another. */
export interface LocalDay {
  startMs: number;
  endMs: number;
  /** 1 (Monday) to 7. */
  weekday: number;
  /** A make-up day (调休) is a working day, whatever its weekday. */
  kind: 'working' | 'weekend' | 'holiday';
  season: 'heating' | 'cooling' | 'none';
}

/** The days of one zone by the published holidays and the usual seasons, each worked out once. */
export interface LocalDays {
  /** The day that holds an instant. */
  dayAt(ms: number): LocalDay;
  dayBefore(day: LocalDay): LocalDay;
  /** Milliseconds since midnight by the clock on the wall, of an instant within a day. */
  timeOfDay(ms: number, day: LocalDay): number;
}

const DAY_MS = 86_400_000;
/** Some thirty years. */
const MOST_DAYS = 11_000;

export function createLocalDays(zone: Zone): LocalDays {
  const calendar = createWorkCalendar(zone);
  // By the day's number in local time, which needs no calendar.
  const byNumber = new Map<number, LocalDay>();
  const earlier = new WeakMap<LocalDay, LocalDay>();

  function judge(ms: number): LocalDay {
    const startMs = zone.dayStart(ms);
    const { isWorkday, reason } = calendar.dayAt(zone.date(startMs));
    const rests = reason === 'weekday' ? 'weekend' : 'holiday';
    return {
      startMs,
      endMs: zone.nextDay(startMs),
      weekday: zone.local(startMs).weekday,
      kind: isWorkday ? 'working' : rests,
      season: calendar.seasonAt(startMs),
    };
  }

  function dayAt(ms: number): LocalDay {
    const number = Math.floor((ms + zone.offsetAt(ms)) / DAY_MS);
    let day = byNumber.get(number);
    if (day === undefined) {
      if (byNumber.size >= MOST_DAYS) byNumber.clear();
      day = judge(ms);
      byNumber.set(number, day);
    }
    return day;
  }

  return {
    dayAt,
    dayBefore: (day) => {
      let before = earlier.get(day);
      if (before === undefined) {
        before = dayAt(day.startMs - 1);
        earlier.set(day, before);
      }
      return before;
    },
    timeOfDay: (ms, day) => {
      // The clock was not set.
      if (day.endMs - day.startMs === DAY_MS) return ms - day.startMs;
      const local = ms + zone.offsetAt(ms);
      return ((local % DAY_MS) + DAY_MS) % DAY_MS;
    },
  };
}
