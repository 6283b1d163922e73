import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import type { BaselineKind, Comparison, ComparisonKind } from '../api/schemas/comparison.ts';
import { loadCalendars } from '../calendar/load-calendars.ts';
import type { DegreeDayBases } from '../weather/degree-days.ts';
import { type DayTemperature, outdoorTemperatures } from '../weather/outdoor-temperatures.ts';
import { type BaselinePeriod, baselinePeriod } from './baseline-period.ts';
import { datesOf, type DatePeriod, dayNumber, monthsBefore } from './civil-day.ts';
import { compare } from './compare.ts';
import type { ComparisonCalendar, ComparisonInput, PeriodInput, WeatherPartInput } from './comparison-input.ts';
import { type DayUse, dayUses } from './day-uses.ts';
import { type CountedMeter, createMeterTerms } from './meter-terms.ts';
import { loadCountedMeters } from './load-counted-meters.ts';
import { type WeatherKind, weatherKindOf } from './weather-kind.ts';
import type { DatedFigure } from './weigh-figure.ts';

/** Longer periods are refused: nobody compares four years of days. */
const MOST_DAYS = 1100;

/** What comparisons are read from. */
export interface ComparisonDeps {
  db: Kysely<Database>;
  series: Pick<SeriesStore, 'institutionUsage' | 'meterUsage' | 'means'>;
  zone: Zone;
  now(): number;
  bases: DegreeDayBases;
}

/** Which period is held against what; [fromMs, toMs) are local days. */
export interface ComparisonQuestion {
  fromMs: number;
  toMs: number;
  medium: UsageMedium;
  with: ComparisonKind;
  baseline?: BaselineKind | undefined;
  subItem?: string | undefined;
}

/** An institution, or a meter of it: where it stands decides calendar and weather. */
export interface ComparedPlace {
  institutionId: string;
  type: string;
  regionCode: string;
  /** Compared alone, with all that runs through it; undefined: all of the institution's. */
  meter?: { id: string; subItem: string | null };
}

/**
 * Compares the use of an institution, or of a meter, over a period with an earlier one. Fails with `bad-request` where
 * the question makes no sense.
 */
export async function loadComparison(
  deps: ComparisonDeps,
  place: ComparedPlace,
  question: ComparisonQuestion,
): Promise<Comparison> {
  const { zone } = deps;
  const period = { from: zone.date(question.fromMs), to: zone.date(question.toMs) };
  const baselineKind = baselineKindOf(question);
  const baseline = baselinePeriod(baselineKind, period);
  requirePossible(question, period, baseline.period, baselineKind);
  const [calendar, figures, meters] = await Promise.all([
    calendarOf(deps, place),
    place.meter === undefined ? figuresOf(deps.db, place.institutionId) : null,
    countedMeters(deps, place, question.medium),
  ]);
  const isSelected = selection(question, place);
  const termsOn = createMeterTerms(meters, isSelected);
  const days = dayReader(deps, [termsOn]);
  const [current, before] = await Promise.all([
    readPeriod(deps, place, question, { period, isSelected, days, termsOn }),
    readPeriod(deps, place, question, { period: baseline.period, isSelected, days, termsOn }),
  ]);
  const weather =
    question.with === 'degree-days'
      ? await readWeather(deps, place, question, { current: period, baseline, meters, isSelected })
      : null;
  const input: ComparisonInput = {
    medium: question.medium,
    subItem: question.subItem ?? null,
    with: question.with,
    baselineKind,
    current,
    baseline: before,
    counterpartOf: (date) => baseline.counterpartOf(date),
    calendar,
    iso: (ms) => zone.iso(ms),
    ownMeters: new Set(meters.filter(({ shares }) => shares.length > 0).map(({ id }) => id)),
    figures,
    weather,
  };
  return compare(input);
}

function baselineKindOf({ with: kind, baseline }: ComparisonQuestion): BaselineKind {
  if (kind !== 'last-period' && kind !== 'last-year') return baseline ?? 'last-year';
  if (baseline !== undefined && baseline !== kind) {
    throw new PlatformError('bad-request', `baseline: with=${kind} names it already; leave it out`);
  }
  return kind;
}

function requirePossible(
  { with: kind, medium }: ComparisonQuestion,
  current: DatePeriod,
  baseline: DatePeriod,
  baselineKind: BaselineKind,
): void {
  if (dayNumber(current.to) - dayNumber(current.from) > MOST_DAYS) {
    throw new PlatformError('bad-request', `to: more than ${MOST_DAYS} days; ask for a shorter period`);
  }
  if (baseline.to > current.from) {
    throw new PlatformError(
      'bad-request',
      `to: more than a year cannot be held against ${baselineKind}; use last-period`,
    );
  }
  if (baseline.from >= baseline.to) {
    throw new PlatformError('bad-request', 'from: 29 February alone has no counterpart a year before; use last-period');
  }
  if (kind === 'degree-days' && medium === 'water') {
    throw new PlatformError('bad-request', 'medium: water does not follow degree-days; use working-days');
  }
}

async function calendarOf(deps: ComparisonDeps, { institutionId, type }: ComparedPlace): Promise<ComparisonCalendar> {
  const found = (await loadCalendars(deps.db, deps.zone, institutionId))(institutionId, type);
  if (!found.ok) throw new PlatformError('config-invalid', found.reason);
  const { calendar } = found;
  return {
    isWorkday: (date) => calendar.isWorkday(date),
    coveredYear: (year) => calendar.coveredYear(year),
    seasonOn: (date) => calendar.seasonAt(startOfDate(date, deps.zone)),
  };
}

async function figuresOf(
  db: Kysely<Database>,
  institutionId: string,
): Promise<NonNullable<ComparisonInput['figures']>> {
  const rows = await db
    .selectFrom('institution_attribute')
    .where('institution_id', '=', institutionId)
    .where('name', 'in', ['headcount', 'areaM2'])
    .select(['name', 'value', 'valid_from', 'valid_to'])
    .execute();
  const named = (name: string): DatedFigure[] =>
    rows
      .filter((row) => row.name === name)
      .map(({ value, valid_from, valid_to }) => ({ value, validFrom: valid_from, validTo: valid_to }));
  return { headcount: named('headcount'), areaM2: named('areaM2') };
}

async function countedMeters(
  deps: ComparisonDeps,
  { institutionId, meter }: ComparedPlace,
  medium: UsageMedium,
): Promise<CountedMeter[]> {
  if (meter === undefined) return loadCountedMeters(deps.db, deps.zone, institutionId, medium);
  const whole = { subItem: meter.subItem ?? '', share: 1, validFrom: '', validTo: null };
  return [{ id: meter.id, parentId: null, existsFrom: null, existsTo: null, shares: [whole] }];
}

/** Sub-items of electricity are codes: what begins with one is a part of it. */
function selection({ medium, subItem }: ComparisonQuestion, { meter }: ComparedPlace): (subItem: string) => boolean {
  if (subItem === undefined || meter !== undefined) return () => true;
  return medium === 'electricity' ? (one) => one.startsWith(subItem) : (one) => one === subItem;
}

type Terms = ReturnType<typeof createMeterTerms>;
type DayReader = (period: DatePeriod) => Promise<(termsOn: Terms) => DayUse[]>;

/** Reads the day sums of a period once, of the meters that count in any of `terms`, which are then made days of. */
function dayReader({ series, zone }: ComparisonDeps, terms: readonly Terms[]): DayReader {
  return async (period) => {
    const dates = datesOf(period);
    const counting = dates.flatMap((date) => terms.flatMap((termsOn) => termsOn(date).map(({ meter }) => meter)));
    const ids = [...new Set(counting)].sort();
    const fromMs = startOfDate(period.from, zone);
    const toMs = startOfDate(period.to, zone);
    const rows = ids.length === 0 ? [] : await series.meterUsage('day', ids, fromMs, toMs);
    const sums = new Map<string, Map<string, MeterUsage>>();
    const dateOf = new Map<number, string>();
    for (const row of rows) {
      let date = dateOf.get(row.startMs);
      if (date === undefined) dateOf.set(row.startMs, (date = zone.date(row.startMs)));
      let ofMeter = sums.get(row.meter);
      if (ofMeter === undefined) sums.set(row.meter, (ofMeter = new Map()));
      ofMeter.set(date, row);
    }
    const bounds = [...dates, period.to].map((date) => startOfDate(date, zone));
    const lengths = new Map(dates.map((date, index) => [date, bounds[index + 1]! - bounds[index]!]));
    return (termsOn) =>
      dayUses(
        dates,
        termsOn,
        (meter, date) => sums.get(meter)?.get(date),
        (date) => lengths.get(date)!,
      );
  };
}

async function readPeriod(
  deps: ComparisonDeps,
  { institutionId, meter }: ComparedPlace,
  { medium }: ComparisonQuestion,
  {
    period,
    isSelected,
    days,
    termsOn,
  }: { period: DatePeriod; isSelected: (subItem: string) => boolean; days: DayReader; termsOn: Terms },
): Promise<PeriodInput> {
  const startMs = startOfDate(period.from, deps.zone);
  const endMs = startOfDate(period.to, deps.zone);
  // The same sums that usage shows of these days, days known in part included.
  const [usesOf, rows] = await Promise.all([
    days(period),
    meter === undefined
      ? deps.series.institutionUsage('day', [institutionId], startMs, endMs, medium)
      : deps.series.meterUsage('day', [meter.id], startMs, endMs),
  ]);
  let micro: bigint | null = null;
  for (const row of rows) {
    if ('subItem' in row && !isSelected(row.subItem)) continue;
    if (row.measuredMs + row.estimatedMs + row.manualMs > 0) micro = (micro ?? 0n) + row.micro;
  }
  return { period, startMs, endMs, micro: micro === null ? null : Number(micro), days: usesOf(termsOn) };
}

async function readWeather(
  deps: ComparisonDeps,
  place: ComparedPlace,
  { medium }: ComparisonQuestion,
  {
    current,
    baseline,
    meters,
    isSelected,
  }: {
    current: DatePeriod;
    baseline: BaselinePeriod;
    meters: readonly CountedMeter[];
    isSelected: (subItem: string) => boolean;
  },
): Promise<NonNullable<ComparisonInput['weather']>> {
  const kinds: (WeatherKind | null)[] = ['heating', 'cooling', null];
  const parts = kinds.flatMap((kind) => {
    const isOfKind = (subItem: string): boolean => isSelected(subItem) && weatherKindOf(medium, subItem) === kind;
    const counts = meters.some(({ shares }) => shares.some(({ subItem }) => isOfKind(subItem)));
    return counts ? [{ kind, termsOn: createMeterTerms(meters, isOfKind) }] : [];
  });
  const days = dayReader(
    deps,
    parts.map(({ termsOn }) => termsOn),
  );
  const year = yearTo(baseline.period);
  const where = { institutionId: place.institutionId, regionCode: place.regionCode };
  const temperaturesOf = ({ from, to }: DatePeriod): Promise<Map<string, DayTemperature>> =>
    outdoorTemperatures(deps, where, startOfDate(from, deps.zone), startOfDate(to, deps.zone));
  const [now, then, ofYear, weatherNow, weatherThen] = await Promise.all([
    days(current),
    days(baseline.period),
    days(year),
    temperaturesOf(current),
    temperaturesOf({ from: year.from < baseline.period.from ? year.from : baseline.period.from, to: year.to }),
  ]);
  const inputs = parts.map(({ kind, termsOn }): WeatherPartInput => ({
    kind,
    current: now(termsOn),
    baseline: then(termsOn),
    year: ofYear(termsOn),
  }));
  return { parts: inputs, temperatures: new Map([...weatherThen, ...weatherNow]), bases: deps.bases };
}

/** The twelve months that end with a period. */
function yearTo({ to }: DatePeriod): DatePeriod {
  return { from: monthsBefore(to, 12) ?? monthsBefore(`${to.slice(0, 7)}-01`, 11)!, to };
}
