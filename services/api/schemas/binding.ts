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
