import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { type DatePeriod, datesOf, mergedPeriods } from './civil-day.ts';
import { type DayUse, dayUses } from './day-uses.ts';
import type { MeterTerms } from './meter-terms.ts';

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
    const counting = datesOf(period).flatMap((date) => terms.flatMap((termsOn) => termsOn(date)));
    const ids = [...new Set(counting.map(({ meter }) => meter))].sort();
    if (ids.length === 0) return;
    const [fromMs, toMs] = [startOfDate(period.from, zone), startOfDate(period.to, zone)];
    for (const row of await series.meterUsage('day', ids, fromMs, toMs)) {
      let ofMeter = sums.get(row.meter);
      if (ofMeter === undefined) sums.set(row.meter, (ofMeter = new Map()));
      ofMeter.set(row.startMs, row);
    }
  };
  await Promise.all(mergedPeriods(periods).map((period) => addPeriod(period)));

  return (period, termsOn) => {
    const dates = datesOf(period);
    const bounds = [...dates, period.to].map((date) => startOfDate(date, zone));
    const at = new Map(dates.map((date, index) => [date, { start: bounds[index]!, end: bounds[index + 1]! }]));
    return dayUses(
      dates,
      termsOn,
      (meter, date) => sums.get(meter)?.get(at.get(date)!.start),
      (date) => at.get(date)!.end - at.get(date)!.start,
    );
  };
}
