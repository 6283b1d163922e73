import type { Zone } from '../../../domain/zone.ts';

/**
 * The instant that a date and time of type F (4 bytes) or I (6 bytes) tells in the zone, epoch milliseconds; undefined
 * where the meter marks it invalid, or it is no time of a calendar (EN 13757-3, annex A).
 */
export function instantAt(bytes: Uint8Array, at: number, length: number, zone: Zone): number | undefined {
  const isLong = length === 6;
  if (!isLong && length !== 4) return undefined;
  const minuteAt = isLong ? at + 1 : at;
  if ((bytes[minuteAt]! & 0x80) !== 0) return undefined;
  const second = isLong ? bytes[at]! & 0x3f : 0;
  const minute = bytes[minuteAt]! & 0x3f;
  const hour = bytes[minuteAt + 1]! & 0x1f;
  const century = isLong ? 0 : (bytes[minuteAt + 1]! >> 5) & 3;
  const date = dateOf(bytes, minuteAt + 2, century);
  if (date === undefined || second > 59 || minute > 59 || hour > 23) return undefined;
  return zone.at(date.year, date.month, date.day, hour) + minute * 60_000 + second * 1000;
}

function dateOf(
  bytes: Uint8Array,
  at: number,
  century: number,
): { year: number; month: number; day: number } | undefined {
  const day = bytes[at]! & 0x1f;
  const month = bytes[at + 1]! & 0x0f;
  const short = ((bytes[at + 1]! & 0xf0) >> 1) | (bytes[at]! >> 5);
  if (short > 99 || day < 1 || month < 1 || month > 12) return undefined;
  // Without a century, years up to 80 are those of this one.
  const year = century > 0 ? 1900 + 100 * century + short : short <= 80 ? 2000 + short : 1900 + short;
  return day > new Date(Date.UTC(year, month, 0)).getUTCDate() ? undefined : { year, month, day };
}
