import { z } from 'zod';

import { USAGE_MEDIA } from '../../../domain/quantity.ts';
import { dateSchema } from './common.ts';

const factorsSchema = z.record(z.enum(USAGE_MEDIA), z.number().min(0).max(10_000));

/** Factors from a day on, with where they come from. */
export const coefficientSetSchema = z.object({
  /** `YYYY-MM-DD`. */
  validFrom: z.string(),
  id: z.string(),
  source: z.string(),
  /** The publication of the grid's factor; null where the set was entered. */
  published: z.string().nullable(),
  /** Part of the platform; those that were entered stand in for it from their day on. */
  shipped: z.boolean(),
  /** kgce per canonical unit. */
  kgcePer: factorsSchema,
  /** kg CO₂ per canonical unit. */
  co2KgPer: factorsSchema,
});
export type CoefficientSetItem = z.infer<typeof coefficientSetSchema>;

export const newCoefficientSetSchema = z.strictObject({
  validFrom: dateSchema,
  id: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_./-]{0,99}$/, 'letters, digits and _ . / -, at most 100'),
  source: z.string().min(1).max(500),
  kgcePer: factorsSchema,
  co2KgPer: factorsSchema,
});
export type NewCoefficientSet = z.infer<typeof newCoefficientSetSchema>;

export const coefficientParams = z.object({ validFrom: dateSchema });
