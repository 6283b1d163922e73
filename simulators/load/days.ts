import chineseDays from 'chinese-days';

import { dayStartOf, CHINA_OFFSET_MS } from './local-days.ts';
import { outdoorOf } from './outdoor.ts';

// A CommonJS bundle whose names Node does not see: they are taken from its default export.
// oxlint-disable-next-line import/no-named-as-default-member
const { isWorkday } = chineseDays;

/** What a local day is like, the same for every meter of the city. */
export interface Day {
  index: number;
  /** `2026-11-22` */
  date: string;
  year: number;
  month: number;
  /** 调休 included: a make-up Saturday works, a holiday in the week does not. */
  workday: boolean;
  schoolTerm: boolean;
  /** 15 October to 15 April, both included. */
  heating: boolean;
  /** June to August. */
  cooling: boolean;
  /** 1 in midwinter, −1 at midsummer. */
  darkness: number;
  /** °C by quarter hour. */
  outdoorC: Float64Array;
}

/** Days by their index, each made once. */
export interface Days {
  of(index: number): Day;
}

/** The calendar and weather of a simulated city under a seed. */
export function createDays(seed: number): Days {
  const made = new Map<number, Day>();
  return {
    of(index) {
      let day = made.get(index);
      if (day === undefined) {
        day = dayOf(index, seed);
        made.set(index, day);
      }
      return day;
    },
  };
}

/** The last year whose holidays chinese-days knows. */
const LAST_KNOWN_YEAR = 2026;

function dayOf(index: number, seed: number): Day {
  const wall = new Date(dayStartOf(index) + CHINA_OFFSET_MS);
  const date = wall.toISOString().slice(0, 10);
  const year = wall.getUTCFullYear();
  const monthDay = date.slice(5);
  const weekend = wall.getUTCDay() === 0 || wall.getUTCDay() === 6;
  return {
    index,
    date,
    year,
    month: wall.getUTCMonth() + 1,
    workday: year <= LAST_KNOWN_YEAR ? isWorkday(date) : !weekend && !isFixedHoliday(monthDay),
    schoolTerm: !(between(monthDay, '01-12', '02-25') || between(monthDay, '07-11', '08-31')),
    heating: monthDay >= '10-15' || monthDay <= '04-15',
    cooling: between(monthDay, '06-01', '08-31'),
    darkness: Math.cos((2 * Math.PI * (index - 354)) / 365.2425),
    outdoorC: outdoorOf(index, seed),
  };
}

// A simulated year that is not announced yet has the holidays that never move, and no make-up days.
function isFixedHoliday(monthDay: string): boolean {
  return monthDay === '01-01' || between(monthDay, '05-01', '05-05') || between(monthDay, '10-01', '10-07');
}

function between(monthDay: string, first: string, last: string): boolean {
  return monthDay >= first && monthDay <= last;
}
