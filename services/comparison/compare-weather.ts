import { MICRO } from '../../domain/micro.ts';
import type { Comparison, ComparisonReason, WeatherPart } from '../api/schemas/comparison.ts';
import { degreeDaysOf } from '../weather/degree-days.ts';
import { adjustDegreeDays, type WeatherAdjusted } from './adjust-degree-days.ts';
import type { ComparisonInput, WeatherPartInput } from './comparison-input.ts';
import { type DayUse, wholeUse } from './day-uses.ts';
import { darkRoots, withoutRoots } from './dark-roots.ts';
import { type DegreeDayUse, MIN_FIT_DAYS } from './fit-degree-days.ts';
import type { LeftOutDay } from './pair-days.ts';

type Sources = NonNullable<Comparison['degreeDays']>['sources'];

/** The current period against the baseline in the current weather. */
export interface WeatherComparison {
  currentMicro: number | null;
  baselineMicro: number | null;
  currentDates: string[];
  baselineDates: string[];
  leftOut: LeftOutDay[];
  reason: ComparisonReason | null;
  degreeDays: { parts: WeatherPart[]; sources: Sources };
}

/**
 * Adjusts each part of the baseline's use by the degree-days that it follows, over the days of each period of which all
 * parts and the temperature are known. The line is fitted over the twelve months that end with the baseline, and where
 * both periods lie within the season, over its days alone: beside it, heating stands still in any weather.
 */
export function compareWeather(input: ComparisonInput): WeatherComparison {
  const { parts: allParts = [], temperatures = new Map<never, never>(), bases } = input.weather ?? {};
  const dark = darkRoots(allParts);
  const parts = allParts.map((part) => ({
    kind: part.kind,
    current: withoutRoots(part.current, dark.roots),
    baseline: withoutRoots(part.baseline, dark.roots),
    year: withoutRoots(part.year, dark.roots),
  }));
  const leftOut = [...dark.leftOut];
  const usable = (side: 'current' | 'baseline'): Set<string> => {
    const kept = new Set<string>();
    for (const [index, { date }] of input[side].days.entries()) {
      const isKnown = parts.every((part) => wholeUse(part[side][index]!) !== null);
      if (isKnown && temperatures.has(date)) kept.add(date);
      else {
        const reason = isKnown ? 'no-temperature' : (`missing-in-${side}` as const);
        const [now, before] = side === 'current' ? [date, null] : [null, date];
        leftOut.push({ date: now, counterpart: before, root: null, reason });
      }
    }
    return kept;
  };
  const current = usable('current');
  const baseline = usable('baseline');
  const answers = parts.map((part) => {
    const usesOf = (days: readonly DayUse[], isKept: (date: string) => boolean): DegreeDayUse[] =>
      days.flatMap((day) => {
        const micro = wholeUse(day);
        const temperature = temperatures.get(day.date);
        if (micro === null || temperature === undefined || bases === undefined || !isKept(day.date)) return [];
        const degreeDays = part.kind === null ? 0 : degreeDaysOf(part.kind, temperature.meanC, bases);
        return [{ date: day.date, degreeDays, micro }];
      });
    const now = usesOf(part.current, (date) => current.has(date));
    const earlier = usesOf(part.baseline, (date) => baseline.has(date));
    const fitted = fittedDays(input, part, [...now, ...earlier], usesOf);
    const adjusted = part.kind === null ? perDay(now, earlier) : adjustDegreeDays(now, earlier, fitted.days);
    const baseC = part.kind === null ? null : part.kind === 'heating' ? bases?.heatingC : bases?.coolingC;
    return {
      adjusted,
      part: partOf(part, adjusted, { days: [now.length, earlier.length], fitted, baseC: baseC ?? null }),
    };
  });

  const followsWeather = parts.some(({ kind }) => kind !== null);
  const isAny = current.size > 0 && baseline.size > 0;
  const hasLostTemperature = leftOut.some(({ reason }) => reason === 'no-temperature');
  const reason: ComparisonReason | null = !followsWeather
    ? 'nothing-follows-weather'
    : !isAny
      ? hasLostTemperature
        ? 'no-temperature'
        : 'nothing-comparable'
      : answers.some(({ adjusted }) => adjusted.adjustedMicro === null)
        ? 'no-degree-days'
        : null;
  const sum = (of: (adjusted: WeatherAdjusted) => number | null): number | null =>
    reason === null ? answers.reduce((total, { adjusted }) => total + (of(adjusted) ?? 0), 0) : null;
  return {
    currentMicro: sum(({ currentMicro }) => currentMicro),
    baselineMicro: sum(({ adjustedMicro }) => adjustedMicro),
    currentDates: [...current],
    baselineDates: [...baseline],
    leftOut,
    reason,
    degreeDays: {
      parts: answers.map(({ part }) => part),
      sources: sourcesOf([...current, ...baseline], temperatures),
    },
  };
}

interface Fitted {
  days: DegreeDayUse[];
  seasonOnly: boolean;
}

function fittedDays(
  { calendar }: ComparisonInput,
  part: WeatherPartInput,
  compared: readonly DegreeDayUse[],
  usesOf: (days: readonly DayUse[], isKept: (date: string) => boolean) => DegreeDayUse[],
): Fitted {
  const inSeason = (date: string): boolean => calendar.seasonOn(date) === part.kind;
  if (part.kind !== null && compared.every(({ date }) => inSeason(date))) {
    const days = usesOf(part.year, inSeason);
    if (days.length >= MIN_FIT_DAYS) return { days, seasonOnly: true };
  }
  return { days: usesOf(part.year, () => true), seasonOnly: false };
}

function perDay(now: readonly DegreeDayUse[], then: readonly DegreeDayUse[]): WeatherAdjusted {
  const sumOf = (days: readonly DegreeDayUse[]): number => days.reduce((sum, { micro }) => sum + micro, 0);
  const baselineMicro = sumOf(then);
  return {
    method: 'per-day',
    whyNotRegression: null,
    fit: null,
    currentMicro: sumOf(now),
    baselineMicro,
    currentDegreeDays: 0,
    baselineDegreeDays: 0,
    adjustedMicro: then.length === 0 ? null : (baselineMicro / then.length) * now.length,
  };
}

function partOf(
  { kind }: WeatherPartInput,
  adjusted: WeatherAdjusted,
  { days, fitted, baseC }: { days: [number, number]; fitted: Fitted; baseC: number | null },
): WeatherPart {
  const { fit } = adjusted;
  return {
    degreeDays: kind,
    baseC,
    method: adjusted.method,
    whyNotRegression: adjusted.whyNotRegression,
    currentDays: days[0],
    baselineDays: days[1],
    currentDegreeDays: adjusted.currentDegreeDays,
    baselineDegreeDays: adjusted.baselineDegreeDays,
    currentAmount: adjusted.currentMicro / MICRO,
    baselineAmount: adjusted.baselineMicro / MICRO,
    adjustedBaseline: adjusted.adjustedMicro === null ? null : adjusted.adjustedMicro / MICRO,
    perDegreeDay: fit === null ? null : fit.slope / MICRO,
    baseLoadPerDay: fit === null ? null : fit.baseLoad / MICRO,
    r2: fit?.r2 ?? null,
    fittedDays: fit?.days ?? null,
    fittedFirstDate: fit === null ? null : (fitted.days[0]?.date ?? null),
    fittedLastDate: fit === null ? null : (fitted.days.at(-1)?.date ?? null),
    fittedSeasonOnly: fit !== null && fitted.seasonOnly,
  };
}

function sourcesOf(
  dates: readonly string[],
  temperatures: NonNullable<ComparisonInput['weather']>['temperatures'],
): Sources {
  const counts = new Map<string, Sources[number]>();
  for (const date of dates) {
    const temperature = temperatures.get(date);
    if (temperature === undefined) continue;
    const { kind, regionCode, name } = temperature.source;
    const key = JSON.stringify([kind, regionCode, name]);
    const count = counts.get(key);
    if (count === undefined) counts.set(key, { kind, regionCode, name, days: 1 });
    else count.days += 1;
  }
  return [...counts.values()];
}
