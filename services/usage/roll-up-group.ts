import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { FAR_MS } from './earliest.ts';
import type { FirstUsage } from './first-usage.ts';
import { involvedMeters } from './involved-meters.ts';
import type { UsageMeter } from './meter-config.ts';
import { rollUpHours, sumInstitution } from './roll-up.ts';

const DAY_MS = 86_400_000;

/**
 * Makes the sums of institutions (keys of `premisesKey`, each with the instant from which it may differ) anew from the
 * hours of all meters, from the day of the earliest on.
 */
export async function rollUpGroup(
  { store, zone, nowMs, firstUsage }: { store: SeriesStore; zone: Zone; nowMs: number; firstUsage: FirstUsage },
  meters: Iterable<UsageMeter>,
  group: readonly [string, number][],
): Promise<void> {
  const ids = group.map(([institution]) => institution);
  const wanted = new Set(ids);
  const fromMs = zone.dayStart(Math.min(...group.map(([, from]) => from)));
  const involved = involvedMeters(meters, wanted);
  const involvedIds = involved.map((meter) => meter.id);
  const firstMs = await firstUsage.of(involvedIds);
  const monthMs = zone.monthStart(fromMs);
  const days = monthMs < fromMs ? await store.institutionUsage('day', ids, monthMs, fromMs) : [];
  // By year, so that a rebuild of a long history stays small; the last replaces all that stood behind it.
  for (let start = fromMs; start < nowMs + DAY_MS; start = zone.nextYear(start)) {
    const end = zone.nextYear(start) < nowMs + DAY_MS ? zone.nextYear(start) : FAR_MS;
    const meterHours = await store.meterUsage('hour', involvedIds, start, end);
    const hours = rollUpHours(wanted, involved, meterHours, zone, firstMs);
    await store.replaceInstitutionUsage('hour', ids, start, end, hours);
    const ofYear = sumInstitution(hours, (ms) => ({ startMs: zone.dayStart(ms), endMs: zone.nextDay(ms) }));
    await store.replaceInstitutionUsage('day', ids, start, end, ofYear);
    for (const day of ofYear) days.push(day);
  }
  const months = sumInstitution(days, (ms) => ({ startMs: zone.monthStart(ms), endMs: zone.nextMonth(ms) }));
  await store.replaceInstitutionUsage('month', ids, monthMs, FAR_MS, months);
}
