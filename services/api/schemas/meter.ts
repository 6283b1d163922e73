import { z } from 'zod';

import { DECISION_KIND_IDS } from '../../../domain/decision.ts';
import { DIRECTION_IDS } from '../../../domain/meter-life.ts';
import { REGISTER_METRICS } from '../../../domain/quantity.ts';
import { MOST } from '../../../domain/registry-bounds.ts';
import { WIRE_FORMAT_IDS } from '../../../domain/wire-format.ts';
import { dateSchema, idSchema, instantOutSchema, mediumSchema, registryQuery, someOf } from './common.ts';

const MEASURES = ['room', 'outdoor', 'supply', 'setpoint'] as const;
export const ZONE_KINDS = ['office', 'residential', 'server-room', 'canteen', 'boiler-room', 'special'] as const;

/** Which register of a frame may be a meter's total. */
const PRIMARY_REGISTERS = ['forward', ...REGISTER_METRICS] as const;

/** A part of a meter's usage: of an institution, perhaps of one of its zones, under a sub-item. */
export const newShareSchema = z.strictObject({
  institutionId: idSchema,
  zoneId: idSchema.optional(),
  /** Electricity: a code of the sub-items (分项); other media: free. */
  subItem: z.string().max(16).optional(),
  /** Above 0, at most 1; the shares of a meter sum to 1. */
  share: z.number().positive().max(1),
});
export type NewShare = z.infer<typeof newShareSchema>;
const newSharesSchema = z.array(newShareSchema).min(1).max(100);

export const shareSchema = z.object({
  institutionId: z.string(),
  zoneId: z.string().nullable(),
  subItem: z.string().nullable(),
  share: z.number(),
});
export type Share = z.infer<typeof shareSchema>;

export const meterSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Whose it is today: the institution of the largest share that one may see. */
  institutionId: z.string(),
  collectorId: z.string(),
  medium: mediumSchema,
  subItem: z.string().nullable(),
  /** The shares of today that one may see. */
  shares: z.array(shareSchema),
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
  buildingId: z.string().nullable(),
  zoneId: z.string().nullable(),
  direction: z.enum(DIRECTION_IDS),
  primaryRegister: z.string().nullable(),
  /** Number of the verification certificate (检定证书), and the last day on which it holds. */
  certificate: z.string().nullable(),
  certificateExpires: z.string().nullable(),
  /** The first day on which it is no more. */
  endedOn: z.string().nullable(),
  /** The newest value that came in, if any. */
  latest: z.object({ ts: instantOutSchema, metric: z.string(), value: z.number() }).nullable(),
});
export type Meter = z.infer<typeof meterSchema>;

const certificate = z.string().trim().min(1).max(100);
const address = z.string().trim().min(1).max(200);
const registerModulus = z.number().positive().max(MOST.registerModulus);
const ratedMaximum = z.number().positive().max(MOST.ratedMaximum);
/** Of all that a register counts so much is used. */
export const multiplierSchema = z.number().positive().max(MOST.multiplier);
/** What a register shows. */
export const registerSchema = z.number().nonnegative().max(MOST.registerModulus);
/** What is a figure of the device and changes with its replacement. */
export const deviceFields = { registerModulus, ratedMaximum, address, certificate, certificateExpires: dateSchema };

/** What can be said of a meter without a date. */
const undated = {
  name: z.string().min(1).max(200),
  collectorId: idSchema,
  /** The meter that this one's usage is part of; only the rest of a parent counts as its own. */
  parentId: idSchema,
  measures: z.enum(MEASURES),
  zoneKind: z.enum(ZONE_KINDS),
  buildingId: idSchema,
  zoneId: idSchema,
  format: z.enum(WIRE_FORMAT_IDS),
  /** Unit of register, modulus and rated maximum; default the medium's canonical unit. */
  registerUnit: z.string().max(8),
  /** `ratedMaximum` counts register units per hour. */
  ...deviceFields,
  direction: z.enum(DIRECTION_IDS),
  primaryRegister: z.enum(PRIMARY_REGISTERS),
};

export const newMeterSchema = z
  .object({
    ...z.object(undated).partial().shape,
    id: idSchema,
    medium: mediumSchema,
    collectorId: idSchema,
    /** Whose the whole meter is; or `shares`. */
    institutionId: idSchema.optional(),
    /** Electricity: a code of the sub-items; other media: free. */
    subItem: z.string().max(16).optional(),
    shares: newSharesSchema.optional(),
    multiplier: multiplierSchema.default(1),
    expectedIntervalS: z.number().int().min(1).max(86_400).default(900),
    /** The day on which it was put in, and what its register showed then. */
    installedOn: dateSchema.optional(),
    openingRegister: registerSchema.optional(),
  })
  .refine(({ institutionId, shares }) => (institutionId === undefined) !== (shares === undefined), {
    message: 'give the institutionId whose the whole meter is, or shares',
    path: ['institutionId'],
  })
  .refine(({ subItem, shares }) => subItem === undefined || shares === undefined, {
    message: 'each of the shares has its own; leave it out',
    path: ['subItem'],
  })
  .refine(({ installedOn, openingRegister }) => openingRegister === undefined || installedOn !== undefined, {
    message: 'is what the register showed on installedOn; give that day too',
    path: ['openingRegister'],
  });
export type NewMeter = z.infer<typeof newMeterSchema>;

const nullable = z.object({
  parentId: undated.parentId.nullable(),
  zoneKind: undated.zoneKind.nullable(),
  buildingId: undated.buildingId.nullable(),
  zoneId: undated.zoneId.nullable(),
  format: undated.format.nullable(),
  registerModulus: registerModulus.nullable(),
  ratedMaximum: ratedMaximum.nullable(),
  address: address.nullable(),
  certificate: certificate.nullable(),
  certificateExpires: dateSchema.nullable(),
  primaryRegister: undated.primaryRegister.nullable(),
});

/**
 * What of a meter can be changed without a date; null takes a value out. `multiplier` and `shares` correct what was
 * entered with the meter and holds from its beginning; what changed later stands in its life.
 */
export const meterChangeSchema = someOf({
  ...z.object({ ...undated, ...nullable.shape }).partial().shape,
  expectedIntervalS: z.number().int().min(1).max(86_400).optional(),
  multiplier: multiplierSchema.optional(),
  shares: newSharesSchema.optional(),
});
export type MeterChange = z.infer<typeof meterChangeSchema>;

export const metersQuery = z.object({
  ...registryQuery,
  institution: z.string().optional(),
  medium: mediumSchema.optional(),
  collector: z.string().optional(),
  format: z.enum(WIRE_FORMAT_IDS).optional(),
});

const collectorName = z.string().min(1).max(200);
export const collectorSchema = z.object({
  id: z.string(),
  name: z.string(),
  gateway: z.string().nullable(),
  /** The first day on which it is no more; its token stopped with it. */
  endedOn: z.string().nullable(),
});
export const collectorDetailSchema = collectorSchema.extend({
  /** Meters that speak through it and have not ended. */
  meters: z.number().int(),
  createdAt: instantOutSchema,
});
export const newCollectorSchema = z.object({ id: idSchema, name: collectorName, gateway: idSchema.optional() });
export const collectorChangeSchema = someOf({
  name: collectorName.optional(),
  gateway: idSchema.nullable().optional(),
  endedOn: dateSchema.nullable().optional(),
});
export const collectorsQuery = z.object(registryQuery);
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
    /** Sent by the meter, read off it by a person, or given by a decision in the place of readings. */
    source: z.enum(['telemetry', 'manual', 'decision']),
    /** Where the bytes of the message stand in the spool; of what the meter sent. */
    position: z.number().optional(),
    /** The id of the decision in force that covers it, and what it says of it: see /api/decisions. */
    decision: z.string().optional(),
    decisionKind: z.enum(DECISION_KIND_IDS).optional(),
    /** The id of the reading that a person took. */
    manualReading: z.string().optional(),
  })
  .catchall(z.union([z.number(), z.string(), z.array(z.string())]));
