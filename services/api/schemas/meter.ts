import { z } from 'zod';

import { idSchema, instantOutSchema, mediumSchema } from './common.ts';

const MEASURES = ['room', 'outdoor', 'supply', 'setpoint'] as const;
export const ZONE_KINDS = ['office', 'residential', 'server-room', 'canteen', 'boiler-room', 'special'] as const;

export const meterSchema = z.object({
  id: z.string(),
  name: z.string(),
  institutionId: z.string(),
  collectorId: z.string(),
  medium: mediumSchema,
  subItem: z.string().nullable(),
  parentId: z.string().nullable(),
  measures: z.enum(MEASURES).nullable(),
  zoneKind: z.enum(ZONE_KINDS).nullable(),
  address: z.string().nullable(),
  format: z.string().nullable(),
  multiplier: z.number(),
  registerUnit: z.string(),
  registerModulus: z.number().nullable(),
  ratedMaximum: z.number().nullable(),
  expectedIntervalS: z.number(),
  unit: z.string(),
  /** The newest value that came in, if any. */
  latest: z.object({ ts: instantOutSchema, metric: z.string(), value: z.number() }).nullable(),
});
export type Meter = z.infer<typeof meterSchema>;

export const newMeterSchema = z.object({
  id: idSchema,
  name: z.string().max(200).optional(),
  institutionId: idSchema,
  collectorId: idSchema,
  medium: mediumSchema,
  /** Electricity: a code of the sub-items; other media: free. */
  subItem: z.string().max(16).optional(),
  /** The meter that this one's usage is part of; only the rest of a parent counts as its own. */
  parentId: idSchema.optional(),
  measures: z.enum(MEASURES).optional(),
  zoneKind: z.enum(ZONE_KINDS).optional(),
  address: z.string().max(32).optional(),
  format: z.string().max(32).optional(),
  multiplier: z.number().positive().default(1),
  /** Unit of register, modulus and rated maximum; default the medium's canonical unit. */
  registerUnit: z.string().max(8).optional(),
  registerModulus: z.number().positive().optional(),
  /** Register units per hour. */
  ratedMaximum: z.number().positive().optional(),
  expectedIntervalS: z.number().int().min(1).max(86_400).default(900),
});
export type NewMeter = z.infer<typeof newMeterSchema>;

const collectorName = z.string().min(1).max(200);
export const collectorSchema = z.object({ id: z.string(), name: z.string(), gateway: z.string().nullable() });
export const newCollectorSchema = z.object({ id: idSchema, name: collectorName, gateway: idSchema.optional() });
export const collectorChangeSchema = z
  .object({ name: collectorName.optional(), gateway: idSchema.nullable().optional() })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change: give name or gateway');
export const createdCollectorSchema = z.object({ id: z.string(), token: z.string() });

/** An MQTT user that may read alerts; without institution and region those of all. */
export const newMqttReaderSchema = z
  .object({
    id: idSchema,
    name: z.string().min(1).max(200),
    institutionId: idSchema.optional(),
    regionCode: z.string().min(6).max(12).optional(),
  })
  .refine((reader) => reader.institutionId === undefined || reader.regionCode === undefined, {
    message: 'either an institutionId or a regionCode',
    path: ['regionCode'],
  });

export const readingSchema = z
  .object({
    ts: instantOutSchema,
    receivedAt: instantOutSchema,
    flags: z.array(z.string()),
    /** Where the bytes of the message stand in the spool. */
    position: z.number(),
  })
  .catchall(z.union([z.number(), z.string(), z.array(z.string())]));
