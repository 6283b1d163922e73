import { z } from 'zod';

import { QUARANTINE_REASONS } from './reading.ts';

const instantMs = z.number().int();

/** Which messages of quarantine: all criteria that are given hold at once. Receipt times are [fromMs, toMs). */
const filterSchema = z.object({
  ids: z.array(z.number().int()).optional(),
  reasons: z.array(z.enum(QUARANTINE_REASONS)).optional(),
  collector: z.string().optional(),
  meter: z.string().optional(),
  /** How the topic begins. */
  topic: z.string().optional(),
  fromMs: instantMs.optional(),
  toMs: instantMs.optional(),
});
export type QuarantineFilter = z.infer<typeof filterSchema>;

const orderSchema = filterSchema.extend({
  /** Made by the platform itself, because a meter was registered. */
  automatic: z.boolean().optional(),
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
