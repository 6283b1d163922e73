import { z } from 'zod';

import { idSchema, instantInSchema, instantOutSchema } from './common.ts';

/**
 * Whose reading leads to the message: needed by all but those who may see everything. `ts`, the reading's device time,
 * finds it at once; without it, it is looked for among the readings of the two days before the message came.
 */
export const messageQuery = z.object({ meter: idSchema.optional(), ts: instantInSchema.optional() });

/** A raw message as it came in, or, where others' meters are in it too, the part that is the meter's. */
export const messageSchema = z.object({
  position: z.number(),
  topic: z.string(),
  collector: z.string(),
  receivedAt: instantOutSchema,
  /** Base64. Null where no part could be told from that of others. */
  payload: z.string().nullable(),
  /** The payload where it is UTF-8 text. */
  text: z.string().nullable(),
  /** Of the payload as it came in. */
  bytes: z.number(),
  /** False: `payload` is only the part of the meter asked for. */
  whole: z.boolean(),
  in: z.enum(['spool', 'archive']),
  /** What the gateway reads in it by the registry of today: of the meter asked for, or, where one may see all, all. */
  items: z.array(
    z.object({
      meter: z.string().nullable(),
      address: z.string().nullable(),
      /** Within the message's array, or of the frame among several; -1 where the message is one reading. */
      index: z.number(),
      /** Device time; null where it is no reading. */
      ts: instantOutSchema.nullable(),
      /** Canonical units, before the multiplier. */
      values: z.record(z.string(), z.number()),
    }),
  ),
});
export type RawMessage = z.infer<typeof messageSchema>;
