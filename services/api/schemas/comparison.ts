import { z } from 'zod';

import { instantInSchema, instantOutSchema, usageMediumSchema } from './common.ts';
import { temperatureSourceSchema } from './weather.ts';

/** What a period is held against. */
const COMPARISONS = ['last-period', 'last-year', 'working-days', 'degree-days'] as const;
const comparisonKindSchema = z.enum(COMPARISONS);
export type ComparisonKind = z.infer<typeof comparisonKindSchema>;

/** Which earlier period is the baseline: as many days (or whole months) just before, or the same dates a year before. */
const BASELINES = ['last-period', 'last-year'] as const;
export type BaselineKind = (typeof BASELINES)[number];

/** Local days [from, to). `baseline` says what working days and degree-days are held against; left out, last year. */
const ofPeriod = {
  from: instantInSchema,
  to: instantInSchema,
  with: comparisonKindSchema.default('last-year'),
  baseline: z.enum(BASELINES).optional(),
};
export const meterComparisonQuery = z.object(ofPeriod);
export const institutionComparisonQuery = z.object({
  ...ofPeriod,
  medium: usageMediumSchema,
  /** Only this sub-item (分项) and what is a part of it: `B` holds B1 and B2A too. */
  subItem: z.string().min(1).max(16).optional(),
});

/** Why a figure is null. */
const COMPARISON_REASONS = [
  // No day is known in both periods (or, of scaled comparisons, in one of them).
  'nothing-comparable',
  // The baseline used nothing: no percentage can be told.
  'baseline-zero',
  // The current period has working days (or other days) and the baseline knows none of that kind.
  'no-day-of-that-kind',
  // Electricity without a meter of air conditioning: nothing that follows the weather.
  'nothing-follows-weather',
  // No day with an outdoor temperature in one of the periods.
  'no-temperature',
  // The baseline had no degree-days, and there are too few days for a regression.
  'no-degree-days',
  // No such figure is entered for the period, or not for all of its days.
  'none-entered',
  'not-entered-throughout',
  // Headcount and area belong to institutions.
  'of-institutions-only',
] as const;
const reasonSchema = z.enum(COMPARISON_REASONS);
export type ComparisonReason = z.infer<typeof reasonSchema>;

/** An amount and its shares of people and floor area, in the unit; null where not known. */
const figuresSchema = z.object({
  amount: z.number().nullable(),
  perHead: z.number().nullable(),
  perM2: z.number().nullable(),
});

/** A dated figure over a period: the mean of its days where it changed in between; null with the reason. */
const weightedSchema = z.object({ value: z.number().nullable(), reason: reasonSchema.nullable() });

const periodSchema = figuresSchema.extend({
  start: instantOutSchema,
  end: instantOutSchema,
  /** The first and the last local date. */
  firstDate: z.string(),
  lastDate: z.string(),
  days: z.number(),
  /** By the institution's calendar. */
  workingDays: z.number(),
  /** False: no holidays are known of a year in it, Monday to Friday is assumed. */
  calendarCovered: z.boolean(),
  /** Days of which nothing is missing. */
  completeDays: z.number(),
  /** Share of the period of which the use is known, between 0 and 1. `amount` is the use of that share, not of all. */
  coverage: z.number(),
  /** Shares between 0 and 1; their sum is 1. */
  quality: z.object({ measured: z.number(), estimated: z.number(), manual: z.number(), missing: z.number() }),
  headcount: weightedSchema,
  areaM2: weightedSchema,
});
export type ComparedPeriod = z.infer<typeof periodSchema>;

/** Successive days that do not count in the comparison, and their counterparts. */
const leftOutSchema = z.object({
  /** First and last date of the current period; null: the days stand in the baseline alone. */
  firstDate: z.string().nullable(),
  lastDate: z.string().nullable(),
  baselineFirstDate: z.string().nullable(),
  baselineLastDate: z.string().nullable(),
  days: z.number(),
  /** The meter that is left out with those below it; null: all. */
  meterId: z.string().nullable(),
  reason: z.enum(['missing-in-current', 'missing-in-baseline', 'missing-in-both', 'no-counterpart', 'no-temperature']),
});
export type LeftOutDays = z.infer<typeof leftOutSchema>;

const workingDaysSchema = z.object({
  /** Known days that were counted. */
  currentWorking: z.number(),
  currentOther: z.number(),
  baselineWorking: z.number(),
  baselineOther: z.number(),
  /** Use of a day in the baseline, per kind; null where it has no such day. */
  workingMean: z.number().nullable(),
  otherMean: z.number().nullable(),
});

/** A part of the use and how it follows the weather. */
const weatherPartSchema = z.object({
  /** Heating or cooling degree-days; null: the part that follows neither, compared by its mean per day. */
  degreeDays: z.enum(['heating', 'cooling']).nullable(),
  /** Degree-days count from here, °C. */
  baseC: z.number().nullable(),
  method: z.enum(['regression', 'proportional', 'per-day']),
  /** Why it is no regression: too few days to fit, or a use that does not rise with degree-days. */
  whyNotRegression: z.enum(['too-few-days', 'no-slope']).nullable(),
  /** Days whose use and temperature are known. */
  currentDays: z.number(),
  baselineDays: z.number(),
  /** Sums over those days, K·d. */
  currentDegreeDays: z.number(),
  baselineDegreeDays: z.number(),
  currentAmount: z.number(),
  baselineAmount: z.number(),
  adjustedBaseline: z.number().nullable(),
  /** Of the regression: use per degree-day and per day without any, the explained share (R²), and the days fitted. */
  perDegreeDay: z.number().nullable(),
  baseLoadPerDay: z.number().nullable(),
  r2: z.number().nullable(),
  fittedDays: z.number().nullable(),
  fittedFirstDate: z.string().nullable(),
  fittedLastDate: z.string().nullable(),
  /** Only days of the heating (or cooling) season were fitted: both periods lie within it. */
  fittedSeasonOnly: z.boolean(),
});
export type WeatherPart = z.infer<typeof weatherPartSchema>;

/** A period against an earlier one, like for like. */
export const comparisonSchema = z.object({
  medium: usageMediumSchema,
  subItem: z.string().nullable(),
  unit: z.string(),
  with: comparisonKindSchema,
  baselineKind: z.enum(BASELINES),
  current: periodSchema,
  baseline: periodSchema,
  /** What the change is told of: the days that both have; with working days and degree-days the baseline is adjusted. */
  compared: z.object({
    currentDays: z.number(),
    baselineDays: z.number(),
    current: figuresSchema,
    baseline: figuresSchema,
  }),
  /** Current less baseline, of what is compared; percentages of the baseline. */
  change: z.object({
    absolute: z.number().nullable(),
    percent: z.number().nullable(),
    perHeadPercent: z.number().nullable(),
    perM2Percent: z.number().nullable(),
    /** Why it is null. */
    reason: reasonSchema.nullable(),
  }),
  leftOut: z.array(leftOutSchema),
  /** Meters that count in one of the periods alone: what is metered changed. */
  onlyInCurrent: z.array(z.string()),
  onlyInBaseline: z.array(z.string()),
  /** With `working-days` alone. */
  workingDays: workingDaysSchema.nullable(),
  /** With `degree-days` alone: parts, the temperatures' sources by days; adjusted baseline and residual stand in compared and change. */
  degreeDays: z
    .object({
      parts: z.array(weatherPartSchema),
      adjustedBaseline: z.number().nullable(),
      /** Current less adjusted baseline: what the weather does not explain. */
      residual: z.number().nullable(),
      sources: z.array(temperatureSourceSchema.extend({ days: z.number() })),
    })
    .nullable(),
});
export type Comparison = z.infer<typeof comparisonSchema>;
