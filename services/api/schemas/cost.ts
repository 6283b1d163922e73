import { z } from 'zod';

import { QUALITIES } from '../../../domain/quality.ts';
import { TARIFF_PERIODS } from '../../../domain/tariff.ts';
import { instantInSchema, instantOutSchema, usageMediumSchema } from './common.ts';
import { usageQuery } from './usage.ts';

/** Yuan as decimal text, exact: the items of a period sum to it, to the last digit. */
const yuanSchema = z.string();

/**
 * Why an interval has no cost, or part of it none: its amount is not known, no tariff holds for it, or nobody buys what
 * the meter counts (photovoltaics, what is given to outside).
 */
export const COST_REASONS = ['missing', 'no-tariff', 'not-bought'] as const;
export type CostReason = (typeof COST_REASONS)[number];

const costByPeriodSchema = z.object({
  period: z.enum(TARIFF_PERIODS),
  /** Canonical units. */
  value: z.number(),
  cost: yuanSchema,
});

const costShape = {
  /** Canonical units; null where missing. */
  value: z.number().nullable(),
  unit: z.string(),
  /** Null where nothing of it could be priced: never 0 in its place. */
  cost: yuanSchema.nullable(),
  /** Null where all of it is priced. */
  reason: z.enum(COST_REASONS).nullable(),
  /** Share of the (meter-)time whose amount is known and priced, 0 to 1. */
  coverage: z.number(),
  /** What time-of-use tariffs priced, by period (尖峰平谷); null where none did. */
  byPeriod: z.array(costByPeriodSchema).nullable(),
  /** Standard coal and CO₂, kg; null where the amount is. */
  kgce: z.number().nullable(),
  co2Kg: z.number().nullable(),
  /** The versions of tariffs that priced it. */
  tariffs: z.array(z.object({ id: z.string(), validFrom: z.string() })),
  /** Ids of the coefficient sets in force. */
  coefficientSets: z.array(z.string()),
};

export const meterCostSchema = z.object({
  start: instantOutSchema,
  end: instantOutSchema,
  ...costShape,
  quality: z.enum(QUALITIES),
});
export type MeterCostItem = z.infer<typeof meterCostSchema>;

export const institutionCostSchema = z.object({
  start: instantOutSchema,
  end: instantOutSchema,
  medium: usageMediumSchema,
  subItem: z.string().nullable(),
  ...costShape,
  quality: z.object({ measured: z.number(), estimated: z.number(), manual: z.number(), missing: z.number() }),
});
export type InstitutionCostItem = z.infer<typeof institutionCostSchema>;

/** The sum of a medium over the range. */
export const costTotalSchema = z.object({
  medium: usageMediumSchema,
  ...costShape,
  /** Fixed parts (基本电费) of the months that begin within the range; not in `cost`. Null where a tariff has none. */
  fixed: yuanSchema.nullable(),
});
export type CostTotal = z.infer<typeof costTotalSchema>;

const answerShape = {
  totals: z.array(costTotalSchema),
  /** Years whose working days a tariff asked for and nobody has published or entered: Monday to Friday is assumed. */
  assumedYears: z.array(z.number()),
  next: z.string().nullable(),
};
export const meterCostAnswerSchema = z.object({ items: z.array(meterCostSchema), ...answerShape });
export type MeterCostAnswer = z.infer<typeof meterCostAnswerSchema>;
export const institutionCostAnswerSchema = z.object({ items: z.array(institutionCostSchema), ...answerShape });
export type InstitutionCostAnswer = z.infer<typeof institutionCostAnswerSchema>;

/** Of an institution's own premises, or of the housing beside them (Art. 12); one medium, or all. */
export const institutionCostQuery = usageQuery.extend({
  medium: usageMediumSchema.optional(),
  premises: z.enum(['own', 'housing']).default('own'),
});

export const costCheckQuery = z.object({ from: instantInSchema, to: instantInSchema });

/** A meter's registers by tariff against what its intervals say of the same periods. */
export const costCheckSchema = z.object({
  meter: z.string(),
  from: instantOutSchema,
  to: instantOutSchema,
  unit: z.string(),
  /** Deviation above which an item is flagged, a share of the register's amount. */
  limit: z.number(),
  /**
   * agrees, deviates: by the items; incomplete: a part of the range is not known, so nothing is flagged; no-registers:
   * none of t1…t4 was read; no-time-of-use: no such tariff holds.
   */
  verdict: z.enum(['agrees', 'deviates', 'incomplete', 'no-registers', 'no-time-of-use']),
  items: z.array(
    z.object({
      /** 尖 t1, 峰 t2, 平 t3, 谷 t4; deep valley (深谷) counts in t4. */
      register: z.enum(['t1', 't2', 't3', 't4']),
      periods: z.array(z.enum(TARIFF_PERIODS)),
      /** Register difference × multiplier; null where it was not read. */
      registerValue: z.number().nullable(),
      /** From the intervals of the total register; null where they are missing. */
      intervalValue: z.number().nullable(),
      /** (intervals − register) / register; null where one of them is, or the register did not move. */
      deviation: z.number().nullable(),
      exceeds: z.boolean(),
    }),
  ),
  /** Shares of the range for which intervals, and the registers that were read, are known. */
  intervalCoverage: z.number(),
  registerCoverage: z.number(),
});
export type CostCheck = z.infer<typeof costCheckSchema>;
