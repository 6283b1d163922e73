import type { Zone } from '../../domain/zone.ts';
import type { MeanRow } from '../../storage/series/port.ts';

/** Hours of a day that must have a mean for the day to have one. */
const MIN_HOURS = 18;
/** What no outdoor sensor of ours can mean, °C: a broken wire reads −127 or 85. */
export const PLAUSIBLE_C = { least: -60, most: 60 };

/**
 * Daily means of outdoor points by local date, °C, from their hourly means: of days that are over, where a point has at
 * least 18 hours. Of several points the median counts, so that one in the sun does not.
 */
export function dayTemperatures(hours: readonly MeanRow[], zone: Zone, nowMs: number): Map<string, number> {
  const byDate = new Map<string, Map<string, { sum: number; hours: number }>>();
  const over = zone.dayStart(nowMs);
  // Hours come by meter and time: most are of the same day as the one before.
  let day = { startMs: 0, endMs: 0, points: new Map<string, { sum: number; hours: number }>() };
  for (const { meter, startMs, mean } of hours) {
    if (startMs >= over || mean < PLAUSIBLE_C.least || mean > PLAUSIBLE_C.most) continue;
    if (startMs < day.startMs || startMs >= day.endMs) {
      const date = zone.date(startMs);
      const points = byDate.get(date) ?? new Map<string, { sum: number; hours: number }>();
      byDate.set(date, points);
      day = { startMs: zone.dayStart(startMs), endMs: zone.nextDay(startMs), points };
    }
    const point = day.points.get(meter);
    if (point === undefined) day.points.set(meter, { sum: mean, hours: 1 });
    else {
      point.sum += mean;
      point.hours += 1;
    }
  }
  const means = new Map<string, number>();
  for (const [date, points] of byDate) {
    const whole = [...points.values()].filter((point) => point.hours >= MIN_HOURS);
    if (whole.length > 0) means.set(date, medianOf(whole.map((point) => point.sum / point.hours)));
  }
  return means;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
