import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { BaselineKind, Comparison, ComparisonKind } from '../api/schemas/comparison.ts';
import { loadCalendars } from '../calendar/load-calendars.ts';
import type { DegreeDayBases } from '../weather/degree-days.ts';
import { type DayTemperature, outdoorTemperatures } from '../weather/outdoor-temperatures.ts';
import { baselinePeriod } from './baseline-period.ts';
import { type DatePeriod, dayNumber, mergedPeriods, monthsBefore } from './civil-day.ts';
import { compare } from './compare.ts';
import type { ComparisonCalendar, ComparisonInput, PeriodInput } from './comparison-input.ts';
import { type DayUse, wholeUse } from './day-uses.ts';
import { loadCountedMeters } from './load-counted-meters.ts';
import { type CountedMeter, createMeterTerms, type MeterTerms } from './meter-terms.ts';
import { readMeterDays } from './read-meter-days.ts';
import { virtualCountedMeters } from './virtual-counted-meters.ts';
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
  meter?: { id: string; subItem: string | null; isVirtual: boolean };
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
  const isByWeather = question.with === 'degree-days';
  const parts = isByWeather ? weatherParts(meters, question.medium, isSelected) : [];
  const year = yearTo(baseline.period);
  const periods = [period, baseline.period, ...(isByWeather ? [year] : [])];
  const [days, temperatures, currentMicro, baselineMicro] = await Promise.all([
    readMeterDays(deps, [termsOn, ...parts.map((part) => part.termsOn)], periods),
    isByWeather ? temperaturesOf(deps, place, periods) : new Map<string, DayTemperature>(),
    knownMicro(deps, place, question.medium, isSelected, period),
    knownMicro(deps, place, question.medium, isSelected, baseline.period),
  ]);
  const periodInput = (of: DatePeriod, micro: number | null | undefined): PeriodInput => {
    const daysOfPeriod = days(of, termsOn);
    return {
      period: of,
      startMs: startOfDate(of.from, zone),
      endMs: startOfDate(of.to, zone),
      micro: micro === undefined ? sumOfWholeDays(daysOfPeriod) : micro,
      days: daysOfPeriod,
    };
  };
  const input: ComparisonInput = {
    medium: question.medium,
    subItem: question.subItem ?? null,
    with: question.with,
    baselineKind,
    current: periodInput(period, currentMicro),
    baseline: periodInput(baseline.period, baselineMicro),
    counterpartOf: (date) => baseline.counterpartOf(date),
    calendar,
    iso: (ms) => zone.iso(ms),
    ownMeters: new Set(meters.filter(({ shares }) => shares.length > 0).map(({ id }) => id)),
    figures,
    weather: isByWeather
      ? {
          parts: parts.map(({ kind, termsOn: ofPart }) => ({
            kind,
            current: days(period, ofPart),
            baseline: days(baseline.period, ofPart),
            year: days(year, ofPart),
          })),
          temperatures,
          bases: deps.bases,
        }
      : null,
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
  if (meter.isVirtual) return virtualCountedMeters(deps.db, meter.id);
  const whole = { subItem: meter.subItem ?? '', share: 1, validFrom: '', validTo: null };
  return [{ id: meter.id, parentId: null, existsFrom: null, existsTo: null, shares: [whole] }];
}

/** Sub-items of electricity are codes: what begins with one is a part of it. */
function selection({ medium, subItem }: ComparisonQuestion, { meter }: ComparedPlace): (subItem: string) => boolean {
  if (subItem === undefined || meter !== undefined) return () => true;
  return medium === 'electricity' ? (one) => one.startsWith(subItem) : (one) => one === subItem;
}

/**
 * The known use of a period as `/usage` shows it, days known in part included; null where nothing is known. Undefined
 * for a virtual meter, of which only days that are known as a whole have a sum.
 */
async function knownMicro(
  { series, zone }: ComparisonDeps,
  { institutionId, meter }: ComparedPlace,
  medium: UsageMedium,
  isSelected: (subItem: string) => boolean,
  { from, to }: DatePeriod,
): Promise<number | null | undefined> {
  if (meter?.isVirtual === true) return undefined;
  const [fromMs, toMs] = [startOfDate(from, zone), startOfDate(to, zone)];
  const rows =
    meter === undefined
      ? await series.institutionUsage('day', [institutionId], fromMs, toMs, medium)
      : await series.meterUsage('day', [meter.id], fromMs, toMs);
  let micro: bigint | null = null;
  for (const row of rows) {
    if ('subItem' in row && !isSelected(row.subItem)) continue;
    if (row.measuredMs + row.estimatedMs + row.manualMs > 0) micro = (micro ?? 0n) + row.micro;
  }
  return micro === null ? null : Number(micro);
}

function sumOfWholeDays(days: readonly DayUse[]): number | null {
  const known = days.map(wholeUse).filter((micro) => micro !== null);
  return known.length === 0 ? null : known.reduce((sum, micro) => sum + micro, 0);
}

/** The parts of a use by what they follow, those alone that a meter counts in. */
function weatherParts(
  meters: readonly CountedMeter[],
  medium: UsageMedium,
  isSelected: (subItem: string) => boolean,
): { kind: WeatherKind | null; termsOn: MeterTerms }[] {
  const kinds: (WeatherKind | null)[] = ['heating', 'cooling', null];
  return kinds.flatMap((kind) => {
    const isOfKind = (subItem: string): boolean => isSelected(subItem) && weatherKindOf(medium, subItem) === kind;
    const counts = meters.some(({ shares }) => shares.some(({ subItem }) => isOfKind(subItem)));
    return counts ? [{ kind, termsOn: createMeterTerms(meters, isOfKind) }] : [];
  });
}

async function temperaturesOf(
  deps: ComparisonDeps,
  { institutionId, regionCode }: ComparedPlace,
  periods: readonly DatePeriod[],
): Promise<Map<string, DayTemperature>> {
  const read = ({ from, to }: DatePeriod): Promise<Map<string, DayTemperature>> =>
    outdoorTemperatures(deps, { institutionId, regionCode }, startOfDate(from, deps.zone), startOfDate(to, deps.zone));
  const found = await Promise.all(mergedPeriods(periods).map(read));
  return new Map(found.flatMap((days) => [...days]));
}

/** The twelve months that end with a period. */
function yearTo({ to }: DatePeriod): DatePeriod {
  return { from: monthsBefore(to, 12) ?? monthsBefore(`${to.slice(0, 7)}-01`, 11)!, to };
}
