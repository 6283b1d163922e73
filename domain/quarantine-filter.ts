import { z } from 'zod';

import { QUARANTINE_REASONS } from './reading.ts';

const instantMs = z.number().int();

/** Which messages of quarantine: all criteria that are given hold at once. Receipt times are [fromMs, toMs). */
const filterSchema = z.object({
  ids: z.array(z.number().int()).optional(),
  reasons: z.array(z.enum(QUARANTINE_REASONS)).optional(),
  collector: z.string().optional(),
  meter: z.string().optional(),
  /** The meter's address on the wire, normalised. */
  address: z.string().optional(),
  /** How the topic begins. */
  topic: z.string().optional(),
  fromMs: instantMs.optional(),
  toMs: instantMs.optional(),
});
export type QuarantineFilter = z.infer<typeof filterSchema>;

const orderedMeterSchema = z.object({
  id: z.string(),
  collector: z.string(),
  /** Normalised: domain/meter-address.ts. */
  address: z.string().optional(),
});
/** A meter as messages name it: by its id, or its collector by its address. */
export type OrderedMeter = z.infer<typeof orderedMeterSchema>;

const orderSchema = filterSchema.extend({
  /** Made by the platform itself, because a meter was registered. */
  automatic: z.boolean().optional(),
  /** What these meters sent before they were registered as they are, instead of the criteria above. */
  meters: z.array(orderedMeterSchema).optional(),
  /** Items with a higher id came after the replay began: it leaves them alone, its own leavings among them. */
  upToId: z.number().int().optional(),
});

/** What a replay request is to replay, as it stands in its row. */
export type ReplayOrder = z.infer<typeof orderSchema>;

/** Reads the order of a request's row; undefined where it is none. */
export function parseReplayOrder(text: string): ReplayOrder | undefined {
  try {
    return orderSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
