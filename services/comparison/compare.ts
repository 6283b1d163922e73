import { MICRO } from '../../domain/micro.ts';
import { CANONICAL_UNIT } from '../../domain/quantity.ts';
import type { ComparedPeriod, Comparison, ComparisonReason, WeatherPart } from '../api/schemas/comparison.ts';
import { datesOf } from './civil-day.ts';
import type { ComparisonInput, PeriodInput } from './comparison-input.ts';
import { compareWeather } from './compare-weather.ts';
import { type DayUse, wholeUse } from './day-uses.ts';
import { darkRoots, withoutRoots } from './dark-roots.ts';
import { leftOutRanges } from './left-out-ranges.ts';
import { type LeftOutDay, pairDays } from './pair-days.ts';
import { type KnownDay, scaleWorkingDays } from './scale-working-days.ts';
import { weighFigure } from './weigh-figure.ts';

/** What is held against what, in millionths; null with the reason. */
interface Compared {
  currentMicro: number | null;
  baselineMicro: number | null;
  currentDates: string[];
  baselineDates: string[];
  leftOut: LeftOutDay[];
  reason: ComparisonReason | null;
  workingDays: Comparison['workingDays'];
  degreeDays: { parts: WeatherPart[]; sources: NonNullable<Comparison['degreeDays']>['sources'] } | null;
}

/**
 * A period against its baseline, like for like: only what both know is compared, and what is left out is listed. `with`
 * last-period and last-year pair day with day; working-days and degree-days adjust the baseline to the current period.
 */
export function compare(input: ComparisonInput): Comparison {
  const compared = comparedBy(input);
  const { currentMicro, baselineMicro } = compared;
  const current = figuresOf(input, currentMicro, compared.currentDates);
  const baseline = figuresOf(input, baselineMicro, compared.baselineDates);
  const absolute = currentMicro === null || baselineMicro === null ? null : (currentMicro - baselineMicro) / MICRO;
  const isFromZero = absolute !== null && baselineMicro === 0;
  return {
    medium: input.medium,
    subItem: input.subItem,
    unit: CANONICAL_UNIT[input.medium],
    with: input.with,
    baselineKind: input.baselineKind,
    current: periodOf(input, input.current),
    baseline: periodOf(input, input.baseline),
    compared: {
      currentDays: compared.currentDates.length,
      baselineDays: compared.baselineDates.length,
      current,
      baseline,
    },
    change: {
      absolute,
      percent: percentOf(current.amount, baseline.amount),
      perHeadPercent: percentOf(current.perHead, baseline.perHead),
      perM2Percent: percentOf(current.perM2, baseline.perM2),
      reason: compared.reason ?? (isFromZero ? 'baseline-zero' : null),
    },
    leftOut: leftOutRanges(compared.leftOut).filter(({ meterId }) => meterId === null || input.ownMeters.has(meterId)),
    ...changedMeters(input),
    workingDays: compared.workingDays,
    degreeDays: compared.degreeDays && {
      ...compared.degreeDays,
      adjustedBaseline: baselineMicro === null ? null : baselineMicro / MICRO,
      residual: absolute,
    },
  };
}

function comparedBy(input: ComparisonInput): Compared {
  if (input.with === 'working-days') return byWorkingDays(input);
  if (input.with === 'degree-days') return { ...compareWeather(input), workingDays: null };
  const paired = pairDays(input.current.days, input.baseline.days, input.counterpartOf);
  const isAny = paired.currentDates.length > 0;
  return {
    ...paired,
    currentMicro: isAny ? paired.currentMicro : null,
    baselineMicro: isAny ? paired.baselineMicro : null,
    reason: isAny ? null : 'nothing-comparable',
    workingDays: null,
    degreeDays: null,
  };
}

function byWorkingDays({ current, baseline, calendar }: ComparisonInput): Compared {
  const dark = darkRoots([{ current: current.days, baseline: baseline.days }]);
  const now = knownDays(withoutRoots(current.days, dark.roots));
  const then = knownDays(withoutRoots(baseline.days, dark.roots));
  const scaled = scaleWorkingDays(now.known, then.known, (date) => calendar.isWorkday(date));
  const isAny = now.known.length > 0 && then.known.length > 0;
  const { adjustedMicro, workingMeanMicro, otherMeanMicro, ...counts } = scaled;
  return {
    currentMicro: isAny ? now.known.reduce((sum, { micro }) => sum + micro, 0) : null,
    baselineMicro: isAny ? adjustedMicro : null,
    currentDates: now.known.map(({ date }) => date),
    baselineDates: then.known.map(({ date }) => date),
    leftOut: [
      ...dark.leftOut,
      ...now.missing.map((date): LeftOutDay => ({ date, counterpart: null, root: null, reason: 'missing-in-current' })),
      ...then.missing.map((date): LeftOutDay => ({
        date: null,
        counterpart: date,
        root: null,
        reason: 'missing-in-baseline',
      })),
    ],
    reason: !isAny ? 'nothing-comparable' : adjustedMicro === null ? 'no-day-of-that-kind' : null,
    workingDays: {
      ...counts,
      workingMean: workingMeanMicro === null ? null : workingMeanMicro / MICRO,
      otherMean: otherMeanMicro === null ? null : otherMeanMicro / MICRO,
    },
    degreeDays: null,
  };
}

function knownDays(days: readonly DayUse[]): { known: KnownDay[]; missing: string[] } {
  const known: KnownDay[] = [];
  const missing: string[] = [];
  for (const day of days) {
    const micro = wholeUse(day);
    if (micro === null) missing.push(day.date);
    else known.push({ date: day.date, micro });
  }
  return { known, missing };
}

function periodOf(input: ComparisonInput, side: PeriodInput): ComparedPeriod {
  const { calendar, figures, iso } = input;
  const dates = datesOf(side.period);
  const sums = side.days.reduce(
    (sum, day) => ({
      measured: sum.measured + day.measuredMs,
      estimated: sum.estimated + day.estimatedMs,
      manual: sum.manual + day.manualMs,
      missing: sum.missing + day.missingMs,
    }),
    { measured: 0, estimated: 0, manual: 0, missing: 0 },
  );
  const all = sums.measured + sums.estimated + sums.manual + sums.missing;
  const share = (ms: number): number => (all === 0 ? 0 : ms / all);
  const missing = all === 0 ? 1 : share(sums.missing);
  const years = new Set(dates.map((date) => Number(date.slice(0, 4))));
  const noFigure = { value: null, reason: 'of-institutions-only' } as const;
  return {
    start: iso(side.startMs),
    end: iso(side.endMs),
    firstDate: dates[0]!,
    lastDate: dates.at(-1)!,
    days: dates.length,
    workingDays: dates.filter((date) => calendar.isWorkday(date)).length,
    calendarCovered: [...years].every((year) => calendar.coveredYear(year)),
    completeDays: side.days.filter((day) => wholeUse(day) !== null).length,
    coverage: 1 - missing,
    quality: {
      measured: share(sums.measured),
      estimated: share(sums.estimated),
      manual: share(sums.manual),
      missing,
    },
    ...figuresOf(input, side.micro, dates),
    headcount: figures === null ? noFigure : weighFigure(figures.headcount, dates),
    areaM2: figures === null ? noFigure : weighFigure(figures.areaM2, dates),
  };
}

function figuresOf(
  { figures }: ComparisonInput,
  micro: number | null,
  dates: readonly string[],
): Comparison['compared']['current'] {
  const amount = micro === null ? null : micro / MICRO;
  const per = (kind: 'headcount' | 'areaM2'): number | null => {
    if (amount === null || figures === null) return null;
    const { value } = weighFigure(figures[kind], dates);
    return value === null || value === 0 ? null : amount / value;
  };
  return { amount, perHead: per('headcount'), perM2: per('areaM2') };
}

function percentOf(current: number | null, baseline: number | null): number | null {
  return current === null || baseline === null || baseline === 0 ? null : ((current - baseline) / baseline) * 100;
}

function changedMeters({ current, baseline, ownMeters }: ComparisonInput): {
  onlyInCurrent: string[];
  onlyInBaseline: string[];
} {
  const metersOf = ({ days }: PeriodInput): Set<string> => {
    const texts = new Set(days.flatMap(({ roots }) => roots.map(({ meters }) => meters)));
    return new Set([...texts].flatMap((meters) => meters.split(' ')));
  };
  const now = metersOf(current);
  const then = metersOf(baseline);
  const only = (one: Set<string>, other: Set<string>): string[] =>
    [...one].filter((id) => !other.has(id) && ownMeters.has(id)).sort();
  return { onlyInCurrent: only(now, then), onlyInBaseline: only(then, now) };
}
