import type { UsageMedium } from '../../domain/quantity.ts';
import type { BaselineKind, ComparisonKind } from '../api/schemas/comparison.ts';
import type { DayTemperature } from '../weather/outdoor-temperatures.ts';
import type { DegreeDayBases } from '../weather/degree-days.ts';
import type { DatePeriod } from './civil-day.ts';
import type { DayUse } from './day-uses.ts';
import type { WeatherKind } from './weather-kind.ts';
import type { DatedFigure } from './weigh-figure.ts';

/** One period, as it was read. */
export interface PeriodInput {
  period: DatePeriod;
  startMs: number;
  endMs: number;
  /** The known use in millionths, as the usage of the same days shows it; null where nothing is known. */
  micro: number | null;
  days: DayUse[];
}

/** The part of the use that follows one kind of degree-days, or none (null), day by day. */
export interface WeatherPartInput {
  kind: WeatherKind | null;
  current: readonly DayUse[];
  baseline: readonly DayUse[];
  /** The twelve months that end with the baseline. */
  year: readonly DayUse[];
}

/** What the calendar of an institution says of dates. */
export interface ComparisonCalendar {
  isWorkday(date: string): boolean;
  coveredYear(year: number): boolean;
  seasonOn(date: string): 'heating' | 'cooling' | 'none';
}

/** All that a comparison is worked out of. */
export interface ComparisonInput {
  medium: UsageMedium;
  subItem: string | null;
  with: ComparisonKind;
  baselineKind: BaselineKind;
  current: PeriodInput;
  baseline: PeriodInput;
  counterpartOf: (date: string) => string | undefined;
  calendar: ComparisonCalendar;
  iso: (ms: number) => string;
  /** Meters whose id may be named. */
  ownMeters: ReadonlySet<string>;
  /** Null for a meter: people and area belong to institutions. */
  figures: { headcount: DatedFigure[]; areaM2: DatedFigure[] } | null;
  /** With `degree-days` alone. */
  weather: {
    parts: WeatherPartInput[];
    temperatures: ReadonlyMap<string, DayTemperature>;
    bases: DegreeDayBases;
  } | null;
}
