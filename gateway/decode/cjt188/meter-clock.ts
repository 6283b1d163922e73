import type { Zone } from '../../../domain/zone.ts';
import { bcdAt } from '../bcd.ts';

const CLOCK_BYTES = 7;
const CENTURY = 20;
/** In a leap year; from 2000 to 2099 every fourth year is one. */
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

/**
 * The meter's clock at `at`: `ss mm hh DD MM YY CC`, or the other way round as some makers send it; where both could
 * be read, the one nearer to the receipt. Undefined where it tells no time: zero, `FF`, 32 January.
 */
export function meterClockAt(bytes: Uint8Array, at: number, zone: Zone, receivedAtMs: number): number | undefined {
  const usual = readClock(bytes, at, 1, zone);
  const reversed = readClock(bytes, at + CLOCK_BYTES - 1, -1, zone);
  if (usual === undefined || reversed === undefined) return usual ?? reversed;
  return Math.abs(reversed - receivedAtMs) < Math.abs(usual - receivedAtMs) ? reversed : usual;
}

function readClock(bytes: Uint8Array, first: number, step: 1 | -1, zone: Zone): number | undefined {
  if (bytes[first + 6 * step] !== 0x20) return undefined;
  const part = (index: number): number => bcdAt(bytes, first + index * step, 1);
  const second = part(0);
  const minute = part(1);
  const hour = part(2);
  const day = part(3);
  const month = part(4);
  const year = CENTURY * 100 + part(5);
  // A part that is no number fails each comparison.
  if (!(second < 60 && minute < 60 && hour < 24 && year >= 2000)) return undefined;
  if (!(day >= 1 && month >= 1 && month <= 12)) return undefined;
  if (day > DAYS[month - 1]! || (day === 29 && month === 2 && year % 4 !== 0)) return undefined;
  return zone.at(year, month, day, hour) + minute * MINUTE_MS + second * SECOND_MS;
}
