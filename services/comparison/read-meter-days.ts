import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { type DatePeriod, datesOf, dayNumber, mergedPeriods } from './civil-day.ts';
import { type DayUse, dayUses, type LocalDay } from './day-uses.ts';
import type { MeterTerms } from './meter-terms.ts';

const DAY_MS = 86_400_000;

/** Makes the days of a period of what was read, for one selection of sub-items. */
export type MeterDays = (period: DatePeriod, termsOn: MeterTerms) => DayUse[];

/**
 * Reads the day sums of the meters that count in any of `terms`, over periods that may overlap; answers about those
 * periods and selections alone.
 */
export async function readMeterDays(
  { series, zone }: { series: Pick<SeriesStore, 'meterUsage'>; zone: Zone },
  terms: readonly MeterTerms[],
  periods: readonly DatePeriod[],
): Promise<MeterDays> {
  const sums = new Map<string, Map<number, MeterUsage>>();
  const addPeriod = async (period: DatePeriod): Promise<void> => {
    const ids = metersIn(datesOf(period), terms);
    if (ids.length === 0) return;
    const [fromMs, toMs] = [startOfDate(period.from, zone), startOfDate(period.to, zone)];
    const offsetMs = zone.offsetAt(fromMs);
    for (const row of await series.meterUsage('day', ids, fromMs, toMs)) {
      let ofMeter = sums.get(row.meter);
      if (ofMeter === undefined) sums.set(row.meter, (ofMeter = new Map()));
      // Midnight of another offset lies an hour or two beside: the nearest day is the day.
      ofMeter.set(Math.round((row.startMs + offsetMs) / DAY_MS), row);
    }
  };
  await Promise.all(mergedPeriods(periods).map((period) => addPeriod(period)));

  const known = new Map<string, LocalDay[]>();
  return (period, termsOn) => {
    const key = `${period.from} ${period.to}`;
    const days = known.get(key) ?? localDays(period, zone);
    known.set(key, days);
    return dayUses(days, termsOn, (meter, day) => sums.get(meter)?.get(day));
  };
}

function metersIn(dates: readonly string[], terms: readonly MeterTerms[]): string[] {
  // The answer is the same list for every date of a stretch.
  const lists = new Set(dates.flatMap((date) => terms.map((termsOn) => termsOn(date))));
  const ids = [...lists].flatMap((list) => list.flatMap((below) => below.terms.map(({ meter }) => meter)));
  return [...new Set(ids)].sort();
}

function localDays(period: DatePeriod, zone: Zone): LocalDay[] {
  const dates = datesOf(period);
  const first = dayNumber(period.from);
  const bounds = [...dates, period.to].map((date) => startOfDate(date, zone));
  return dates.map((date, index) => ({ date, day: first + index, lengthMs: bounds[index + 1]! - bounds[index]! }));
}
