import { z } from 'zod';

import { MANUAL_SOURCES } from '../../../domain/decision.ts';
import { instantInSchema, instantOutSchema, listOf, pageQuery } from './common.ts';
import { registerSchema } from './meter.ts';

/** Media types of photographs that are taken; what the bytes are decides, not what they are said to be. */
export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp'] as const;
export type PhotoType = (typeof PHOTO_TYPES)[number];

export const newManualReadingSchema = z.strictObject({
  ts: instantInSchema,
  /** What the register showed, in the meter's register unit where no other is given. */
  total: registerSchema,
  unit: z.string().max(16).optional(),
  source: z.enum(MANUAL_SOURCES),
  note: z.string().trim().max(1000).optional(),
  /** Base64 of a JPEG, PNG or WebP image. */
  photo: z.string().min(1).optional(),
});
export type NewManualReading = z.infer<typeof newManualReadingSchema>;

export const manualReadingSchema = z.object({
  id: z.string(),
  meterId: z.string(),
  ts: instantOutSchema,
  /** Register units. */
  total: z.number(),
  unit: z.string(),
  source: z.enum(MANUAL_SOURCES),
  note: z.string().nullable(),
  /** Its photograph's media type, if there is one: GET …/manual-readings/{rid}/photo. */
  photo: z.enum(PHOTO_TYPES).nullable(),
  /** Names of users. */
  enteredBy: z.string().nullable(),
  enteredAt: instantOutSchema,
  withdrawnBy: z.string().nullable(),
  withdrawnAt: instantOutSchema.nullable(),
});
export type ManualReading = z.infer<typeof manualReadingSchema>;

/** A reading as it was taken, with what somebody should look at before relying on it. */
export const enteredManualReadingSchema = manualReadingSchema.extend({ warning: z.string().nullable() });

export const manualReadingListSchema = listOf(manualReadingSchema);
export const manualReadingQuery = z.object({
  /** Those taken back too. */
  withdrawn: z.stringbool().default(false),
  ...pageQuery,
});
