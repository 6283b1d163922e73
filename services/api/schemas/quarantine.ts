import { z } from 'zod';

import { QUARANTINE_REASONS } from '../../../domain/reading.ts';
import { instantOutSchema } from './common.ts';

export const quarantineItemSchema = z.object({
  id: z.number(),
  receivedAt: instantOutSchema,
  topic: z.string(),
  collector: z.string().nullable(),
  /** The message's bytes, base64. */
  payload: z.string(),
  reason: z.enum(QUARANTINE_REASONS),
  detail: z.string(),
  /** The item's index within the message's array; null for the whole message. */
  index: z.number().nullable(),
});
export const quarantineQuery = z.object({
  reason: z.enum(QUARANTINE_REASONS).optional(),
  collector: z.string().optional(),
});
