import { wallTimeOf } from '../../api-client/local-date.ts';

const HOUR_MS = 3_600_000;

/** The whole hours that hold an interval: figures are looked into by the hour. */
export function hoursAround(start: string, end: string): { from: string; to: string } {
  const from = Math.floor(Date.parse(start) / HOUR_MS) * HOUR_MS;
  const to = Math.ceil(Date.parse(end) / HOUR_MS) * HOUR_MS;
  return { from: `${wallTimeOf(from)}+08:00`, to: `${wallTimeOf(to)}+08:00` };
}
