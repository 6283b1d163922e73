import { z } from 'zod';

import { QUALITIES } from '../../../domain/quality.ts';
import { instantInSchema, instantOutSchema, stepSchema, usageMediumSchema } from './common.ts';

/** Range [from, to) on boundaries of the step. */
export const usageQuery = z.object({ from: instantInSchema, to: instantInSchema, step: stepSchema.default('1d') });

export const meterUsageSchema = z.object({
  start: instantOutSchema,
  end: instantOutSchema,
  /** Canonical units; null where missing. */
  value: z.number().nullable(),
  unit: z.string(),
  quality: z.enum(QUALITIES),
  /** Of days and months: when a sealed day within changed last; left out where none did, and of shorter steps. */
  changedAt: instantOutSchema.optional(),
});
export type MeterUsageItem = z.infer<typeof meterUsageSchema>;

/** Shares of the period's meter-time, between 0 and 1; their sum is 1. */
export const qualitySharesSchema = z.object({
  measured: z.number(),
  estimated: z.number(),
  manual: z.number(),
  missing: z.number(),
});

export const institutionUsageSchema = z.object({
  start: instantOutSchema,
  end: instantOutSchema,
  medium: usageMediumSchema,
  subItem: z.string().nullable(),
  value: z.number().nullable(),
  unit: z.string(),
  quality: qualitySharesSchema,
  /** As of a meter: late or corrected data of any meter that counts here. */
  changedAt: instantOutSchema.optional(),
});
export type InstitutionUsageItem = z.infer<typeof institutionUsageSchema>;
