import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage } from '../../storage/series/port.ts';
import { saturateSum } from './saturate-sum.ts';

/** The months of meters from all their days: what no day speaks of is missing. */
export function sumMonths(days: readonly MeterUsage[], zone: Zone): MeterUsage[] {
  const months = new Map<string, MeterUsage>();
  for (const day of days) {
    const startMs = zone.monthStart(day.startMs);
    const key = `${day.meter}|${startMs}`;
    const month = months.get(key);
    if (month === undefined) months.set(key, { ...day, startMs, endMs: zone.nextMonth(startMs) });
    else {
      month.micro += day.micro;
      month.measuredMs += day.measuredMs;
      month.estimatedMs += day.estimatedMs;
      month.manualMs += day.manualMs;
    }
  }
  for (const month of months.values()) {
    month.missingMs = month.endMs - month.startMs - month.measuredMs - month.estimatedMs - month.manualMs;
  }
  return [...months.values()].map(saturateSum);
}
