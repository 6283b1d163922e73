import { z } from 'zod';

import { QUARANTINE_REASONS } from '../../../domain/reading.ts';
import { instantInSchema, instantOutSchema, pageQuery } from './common.ts';

const reasonSchema = z.enum(QUARANTINE_REASONS);
const count = z.number().int();

export const quarantineItemSchema = z.object({
  id: z.number(),
  receivedAt: instantOutSchema,
  topic: z.string(),
  collector: z.string().nullable(),
  /** The meter that the item or its topic names, registered or not. */
  meter: z.string().nullable(),
  /** The address on the wire that the item names, normalised. */
  address: z.string().nullable(),
  /** The message's bytes, base64. */
  payload: z.string(),
  reason: reasonSchema,
  detail: z.string(),
  /** The item's index within the message's array; null for the whole message. */
  index: z.number().nullable(),
});
export type QuarantineItem = z.infer<typeof quarantineItemSchema>;

/** What narrows a search, and says what to replay; receipt times are [from, to). */
const criteria = {
  reason: reasonSchema.optional(),
  collector: z.string().min(1).max(256).optional(),
  meter: z.string().min(1).max(64).optional(),
  /** A meter's address on the wire, with or without spaces and leading zeros. */
  address: z.string().min(1).max(200).optional(),
  /** How the topic begins. */
  topic: z.string().min(1).max(1024).optional(),
  from: instantInSchema.optional(),
  to: instantInSchema.optional(),
};
const FROM_BEFORE_TO = 'from must be before to';
/** True where the range, if there is one, is not upside down. */
const isRange = ({ from, to }: { from?: number | undefined; to?: number | undefined }): boolean =>
  from === undefined || to === undefined || from < to;
export const quarantineQuery = z.object({ ...criteria, ...pageQuery }).refine(isRange, { message: FROM_BEFORE_TO });

export const quarantineSummarySchema = z.object({
  /** Items: a message, or the items of it that were wrong. */
  items: count,
  reasons: z.array(z.object({ reason: reasonSchema, items: count })),
  collectors: z.array(z.object({ collector: z.string(), items: count })),
  /** Receipt of the oldest message kept. */
  oldest: instantOutSchema.nullable(),
  /** Messages let go since the platform was set up: past the days, past the size. */
  evicted: z.object({ age: count, size: count }),
});
export type QuarantineSummary = z.infer<typeof quarantineSummarySchema>;

export const newReplaySchema = z
  .strictObject({
    /** Of items; their whole messages are replayed. */
    ids: z.array(z.number().int().positive()).min(1).max(1000).optional(),
    ...criteria,
  })
  .refine((body) => Object.values(body).some((value) => value !== undefined), {
    message: 'give at least one of ids, reason, collector, meter, address, topic, from, to',
  })
  .refine(isRange, { message: FROM_BEFORE_TO });

export const replaySchema = z.object({
  id: z.number(),
  requestedAt: instantOutSchema,
  /** Who asked. */
  requestedBy: z.string().nullable(),
  /** Made by the platform, because meters were registered. */
  automatic: z.boolean(),
  filter: z.object({
    ids: z.array(z.number()).optional(),
    reasons: z.array(reasonSchema).optional(),
    collector: z.string().optional(),
    meter: z.string().optional(),
    /** How many meters, where they were registered together. */
    meters: count.optional(),
    address: z.string().optional(),
    topic: z.string().optional(),
    from: instantOutSchema.optional(),
    to: instantOutSchema.optional(),
  }),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  /** Put in again so far; what is still wrong is in quarantine once more. */
  messages: count,
  finishedAt: instantOutSchema.nullable(),
  /** Why it failed, or does not get on for now. */
  error: z.string().nullable(),
});
export type Replay = z.infer<typeof replaySchema>;
