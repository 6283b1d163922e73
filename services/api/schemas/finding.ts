import { z } from 'zod';

import { DECISION_KIND_IDS } from '../../../domain/decision.ts';
import { FINDING_KIND_IDS } from '../../../domain/finding.ts';
import { instantInSchema, instantOutSchema, pageQuery, usageMediumSchema } from './common.ts';

/** What a decision that fits a finding would say; to be looked at, completed with a reason, and proposed. */
const suggestionSchema = z.object({
  kind: z.enum(DECISION_KIND_IDS),
  from: instantOutSchema,
  to: instantOutSchema.nullable(),
  /** Register units. */
  closingRegister: z.number().nullable(),
  openingRegister: z.number().nullable(),
});

export const findingSchema = z.object({
  meterId: z.string(),
  meterName: z.string(),
  institutionId: z.string(),
  institutionName: z.string(),
  medium: usageMediumSchema,
  kind: z.enum(FINDING_KIND_IDS),
  /** Device times of the first and the last reading concerned, both included. */
  from: instantOutSchema,
  to: instantOutSchema,
  /** In `registerUnit`, before the multiplier. */
  registerBefore: z.number().nullable(),
  registerAfter: z.number().nullable(),
  registerUnit: z.string(),
  notedAt: instantOutSchema,
  /** The newest proposed or approved decision of the meter that touches it; null: it waits for one. */
  decision: z
    .object({ id: z.string(), kind: z.enum(DECISION_KIND_IDS), state: z.enum(['proposed', 'approved']) })
    .nullable(),
  /** Null where there is nothing to decide as a rule (a gap, a rollover). */
  suggestion: suggestionSchema.nullable(),
});
export type FindingItem = z.infer<typeof findingSchema>;

export const findingQuery = z.object({
  kind: z.enum(FINDING_KIND_IDS).optional(),
  meter: z.string().max(64).optional(),
  institution: z.string().max(64).optional(),
  /** Those that touch [from, to). */
  from: instantInSchema.optional(),
  to: instantInSchema.optional(),
  /** Only those with, or without, a proposed or approved decision. */
  decided: z.stringbool().optional(),
  ...pageQuery,
});
