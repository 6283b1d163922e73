import type { Zone } from './zone.ts';

/** The instant at which a calendar date (`YYYY-MM-DD`) begins in a zone, epoch milliseconds. */
export function startOfDate(date: string, zone: Zone): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  return zone.at(year, month, day);
}
