import { z } from 'zod';

import { METRICS, REGISTER_METRICS, type Metric } from './quantity.ts';

/** A path into JSON: names and indexes between dots, e.g. `ENERGY.Total` or `values.0.v`; `a\.b` is one name. */
const pathSchema = z.string().min(1).max(200);

/** Quantities that a field may be mapped to: registers are named as such, e.g. `t1`. */
const quantitySchema = z.enum(METRICS as unknown as [Metric, ...Metric[]]);

const fieldSchema = z.strictObject({
  path: pathSchema,
  quantity: quantitySchema,
  /** The unit that the payload counts in, for a register: kWh, Wh, m3, GJ …; left out, the meter's register unit. */
  unit: z.string().max(16).optional(),
  /** The value × factor is what the quantity counts in, e.g. 0.001 from W to kW. */
  factor: z.number().optional(),
});

const timeSchema = z.strictObject({
  path: pathSchema,
  /** `local`: date and time without an offset, in the platform's zone, as `2026-01-08T14:30:00` or `20260108143000`. */
  format: z.enum(['epoch-s', 'epoch-ms', 'rfc3339', 'local']),
});

const ruleSchema = z.strictObject({
  /** Which topics the rule is for, as levels behind those of the binding's pattern would be; left out, all of them. */
  topic: z.string().max(512).optional(),
  /** Path of an array or object whose members are readings of their own; a member's key is `{key}` in the address. */
  each: pathSchema.optional(),
  /** With `each`: only members whose key fits, with names in braces as in a topic, e.g. `em1data:{channel}`. */
  key: z.string().max(64).optional(),
  /** Template of the meter's address, of the topic's named levels, `{key}` and `{path:a.b}`, e.g. `{device}/{channel}`. */
  address: z.string().min(1).max(200),
  time: timeSchema.optional(),
  fields: z.array(fieldSchema).min(1).max(64),
});

/** How JSON of another system becomes readings: each rule that fits a message yields the readings it finds. */
export const fieldMappingSchema = z.strictObject({ rules: z.array(ruleSchema).min(1).max(32) });
export type FieldMapping = z.infer<typeof fieldMappingSchema>;
export type MappingRule = z.infer<typeof ruleSchema>;

/** True for a quantity that stands under `registers` in a reading. */
export function isRegister(quantity: Metric): boolean {
  return (REGISTER_METRICS as readonly Metric[]).includes(quantity);
}
