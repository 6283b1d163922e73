import { z } from 'zod';

import { fieldMappingSchema } from '../../../domain/field-mapping.ts';
import { BINDING_FORMATS } from '../../../domain/wire-format.ts';
import { idSchema, someOf } from './common.ts';

const format = z.enum(BINDING_FORMATS);
/** domain/topic-pattern.ts, e.g. `tele/{address}/SENSOR`. */
const topic = z.string().min(1).max(512);

/** Topics of another system that meters speak on. */
export const bindingSchema = z.object({
  id: z.string(),
  /** Whose messages they are; null where the topic names it (`{collector}`). */
  collectorId: z.string().nullable(),
  topic: z.string(),
  format,
  /** How JSON becomes readings, for the format `mapping`. */
  mapping: fieldMappingSchema.nullable(),
  enabled: z.boolean(),
});
export type Binding = z.infer<typeof bindingSchema>;

export const newBindingSchema = z.strictObject({
  id: idSchema,
  collectorId: idSchema.nullable().default(null),
  topic,
  format,
  mapping: fieldMappingSchema.nullable().default(null),
  enabled: z.boolean().default(true),
});
export type NewBinding = z.infer<typeof newBindingSchema>;

export const bindingChangeSchema = someOf({
  collectorId: idSchema.nullable().optional(),
  topic: topic.optional(),
  format: format.optional(),
  mapping: fieldMappingSchema.nullable().optional(),
  enabled: z.boolean().optional(),
});
export type BindingChange = z.infer<typeof bindingChangeSchema>;

/** A message to be decoded as a binding would, without being stored. */
export const triedMessageSchema = z.strictObject({
  /** The topic it came on. */
  topic: z.string().min(1).max(1024),
  /** The binding's topic, by which levels are named; left out, the topic itself. */
  pattern: topic.optional(),
  payload: z.string().max(262_144),
  encoding: z.enum(['text', 'base64', 'hex']).default('text'),
  format,
  mapping: fieldMappingSchema.nullable().default(null),
});
export type TriedMessage = z.infer<typeof triedMessageSchema>;

/** What a message would become: readings before they are held against the registry, and what is none. */
export const triedResultSchema = z.object({
  readings: z.array(
    z.object({
      meter: z.string().nullable(),
      address: z.string().nullable(),
      index: z.number(),
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
  refused: z.array(
    z.object({ index: z.number(), reason: z.string(), detail: z.string(), address: z.string().nullable() }),
  ),
});
export type TriedResult = z.infer<typeof triedResultSchema>;

const inBothLanguages = z.object({ zh: z.string(), en: z.string() });

/** A mapping that ships with the platform: its format needs no rules of its own. */
export const readyMappingSchema = z.object({
  format,
  zh: z.string(),
  en: z.string(),
  /** Topics as they come out of the box, as patterns. */
  topics: z.array(z.string()),
  /** What a meter's address looks like, to be entered in the registry. */
  address: inBothLanguages.extend({ example: z.string() }),
  /** What has to be known before relying on it. */
  note: inBothLanguages.nullable(),
  mapping: fieldMappingSchema,
  examples: z.array(z.object({ topic: z.string(), payload: z.unknown() })),
});
export type ReadyMappingItem = z.infer<typeof readyMappingSchema>;
