import { z } from 'zod';

import { LIFE_KIND_IDS } from '../../../domain/meter-life.ts';
import { dateSchema, instantInSchema, instantOutSchema, listOf, someOf } from './common.ts';
import { deviceFields, multiplierSchema, newShareSchema, registerSchema, shareSchema } from './meter.ts';

/** What an entry of a meter's life changes: only what it touches is there. */
const stateSchema = z.object({
  multiplier: z.number().optional(),
  shares: z.array(shareSchema).optional(),
  registerModulus: z.number().nullable().optional(),
  ratedMaximum: z.number().nullable().optional(),
  address: z.string().nullable().optional(),
  certificate: z.string().nullable().optional(),
  certificateExpires: z.string().nullable().optional(),
});
export type LifeState = z.infer<typeof stateSchema>;

export const lifeEntrySchema = z.object({
  /** Names the entry within its meter; one of a multiplier or move changes with its date. */
  id: z.string(),
  kind: z.enum(LIFE_KIND_IDS),
  /** The instant; null for what begins with a day. */
  at: instantOutSchema.nullable(),
  /** The day. */
  date: z.string(),
  /** What held until then, of what it changes. */
  before: stateSchema.nullable(),
  /** What holds from then on. */
  after: stateSchema.nullable(),
  /** Register units: what the meter that went showed last; null where nobody could read it. */
  closingRegister: z.number().nullable(),
  /** Register units: what the meter that came showed first. */
  openingRegister: z.number().nullable(),
  note: z.string().nullable(),
  enteredAt: instantOutSchema.nullable(),
  /** Name of the user who entered it, or corrected it last. */
  by: z.string().nullable(),
});
export type LifeEntry = z.infer<typeof lifeEntrySchema>;

/** The time line of a meter, with what held before its first entry. */
export const meterLifeSchema = listOf(lifeEntrySchema).extend({
  beginning: z.object({ multiplier: z.number(), shares: z.array(shareSchema) }),
});
export type MeterLifeAnswer = z.infer<typeof meterLifeSchema>;

const note = z.string().max(500).optional();
const register = registerSchema;
const multiplier = multiplierSchema;
const shares = z.array(newShareSchema).min(1).max(100);
const device = z.object(deviceFields).partial().shape;

/** An entry of a meter's life, by kind. */
export const newLifeEntrySchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('installation'),
    at: instantInSchema,
    openingRegister: register.nullable().optional(),
    note,
  }),
  z.strictObject({
    kind: z.literal('replacement'),
    at: instantInSchema,
    closingRegister: register.nullable().optional(),
    openingRegister: register.nullable().optional(),
    ...device,
    multiplier: multiplier.optional(),
    note,
  }),
  z.strictObject({ kind: z.literal('multiplier'), date: dateSchema, multiplier, note }),
  z.strictObject({ kind: z.literal('move'), date: dateSchema, shares, note }),
  z.strictObject({
    kind: z.literal('removal'),
    at: instantInSchema,
    closingRegister: register.nullable().optional(),
    note,
  }),
]);
export type NewLifeEntry = z.infer<typeof newLifeEntrySchema>;

/** A correction of an entry: what is left out stays. */
export const lifeEntryChangeSchema = someOf({
  at: instantInSchema.optional(),
  date: dateSchema.optional(),
  closingRegister: register.nullable().optional(),
  openingRegister: register.nullable().optional(),
  ...device,
  multiplier: multiplier.optional(),
  shares: shares.optional(),
  note: z.string().max(500).nullable().optional(),
});
export type LifeEntryChange = z.infer<typeof lifeEntryChangeSchema>;
