import { z } from 'zod';

import { WIRE_FORMAT_IDS } from '../../../domain/wire-format.ts';
import { idSchema, instantOutSchema, mediumSchema, pageQuery } from './common.ts';
import { newCollectorSchema, newMeterSchema } from './meter.ts';

const count = z.number().int();
const namedBySchema = z.enum(['id', 'address']);

export const heardMetersQuery = z.object({
  ...pageQuery,
  collector: z.string().min(1).max(256).optional(),
  format: z.enum(WIRE_FORMAT_IDS).optional(),
});

export const heardMeterSchema = z.object({
  collector: z.string(),
  namedBy: namedBySchema,
  /** The id, or the address on the wire without leading zeros. */
  name: z.string(),
  /** The same address in other notations: a meter registered by any of them is this one. */
  otherAddresses: z.array(z.string()),
  format: z.string().nullable(),
  /** The newest reading's fields, in the platform's own JSON: `total` in `unit`, `registers`, … */
  lastValues: z.record(z.string(), z.unknown()),
  /** Readings since it was first heard. */
  count,
  since: instantOutSchema,
  lastSeen: instantOutSchema,
  /** A guess by format and fields. */
  suggested: z.object({ id: z.string(), medium: mediumSchema }),
});
export type HeardMeterItem = z.infer<typeof heardMeterSchema>;

export const heardCollectorSchema = z.object({
  name: z.string(),
  /** Attempts to log in, or messages that a broker handed on. */
  count,
  since: instantOutSchema,
  lastSeen: instantOutSchema,
  /** Of the last attempt to log in; empty where a broker handed its messages on. */
  clientId: z.string(),
  address: z.string(),
  /** Unregistered meters of which it has sent something. */
  meters: count,
});
export type HeardCollectorItem = z.infer<typeof heardCollectorSchema>;

/** A heard meter to be registered: a new meter, and by what its collector names it. */
const adoptionSchema = newMeterSchema.and(
  z.object({
    namedBy: namedBySchema,
    /** `name` of the list. Named by its id the meter must get that id; named by its address it gets that address. */
    heardAs: z.string().min(1).max(512),
  }),
);
/** One, or several, of which all are adopted or none. */
export const adoptMetersSchema = z.union([adoptionSchema, z.array(adoptionSchema).min(1).max(500)]);
export const adoptedMetersSchema = z.object({
  items: z.array(z.object({ id: z.string(), collectorId: z.string(), address: z.string().nullable() })),
});

export const adoptCollectorSchema = newCollectorSchema;
export const adoptCollectorAnswerSchema = z.object({ id: idSchema, token: z.string() });

export const sparkplugNodeSchema = z.object({
  collector: z.string(),
  /** `group/edge node`. */
  node: z.string(),
  online: z.boolean(),
  /** Times that a sequence number was not the one after the last. */
  gaps: count,
  lastGap: instantOutSchema.nullable(),
  lastMessage: instantOutSchema,
});
export type SparkplugNodeItem = z.infer<typeof sparkplugNodeSchema>;
