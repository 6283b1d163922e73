import { z } from 'zod';

import { QUALITIES } from '../../../domain/quality.ts';
import { dateSchema, idSchema, instantOutSchema, usageMediumSchema } from './common.ts';

/** Sealed days that changed, of days within [from, to]; the newest day first. */
export const dayChangesQuery = z.object({
  cursor: z.string().optional(),
  /** Why each changed is looked up, so that a page is short. */
  limit: z.coerce.number().int().min(1).max(200).default(50),
  institution: idSchema.optional(),
  meter: idSchema.optional(),
  from: dateSchema.optional(),
  to: dateSchema.optional(),
});

/** A day's usage as it stood. */
const stateOfDay = z.object({
  /** Canonical units; null where the whole day is missing. */
  value: z.number().nullable(),
  quality: z.enum(QUALITIES),
});

/** Why a sealed day changed, as far as it is known. */
const REASONS = ['late-readings', 'decision', 'manual-reading', 'registry', 'unknown'] as const;

/** A line of the late-data ledger: a day that was over, complete and known by a reading, and has changed since. */
export const dayChangeSchema = z.object({
  meter: z.string(),
  name: z.string(),
  medium: usageMediumSchema,
  unit: z.string(),
  /** Date in the configured zone. */
  day: z.string(),
  before: stateOfDay,
  after: stateOfDay,
  /** after − before, counting what is missing as nothing. */
  difference: z.number(),
  /** When its usage was made anew. */
  changedAt: instantOutSchema,
  why: z.object({
    reason: z.enum(REASONS),
    /** Of the decision or the manual reading. */
    id: z.string().nullable(),
    /** How many readings of that day came when it was over and no later than the change. */
    readings: z.number().nullable(),
  }),
});
export type DayChangeItem = z.infer<typeof dayChangeSchema>;
