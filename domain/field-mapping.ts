import { z } from 'zod';

import { parseAddressTemplate } from './address-template.ts';
import { parseJsonPath } from './json-path.ts';
import { METRICS, REGISTER_METRICS, type Metric } from './quantity.ts';
import { parseTopicPattern } from './topic-pattern.ts';

/**
 * A path into JSON: names and indexes between dots, e.g. `ENERGY.Total` or `values.0.v`; `a\.b` is one name;
 * `[id=42]` is the first member of an array whose `id` reads 42; `{key}` stands for what was found under that name. In
 * a rule with `each` it begins at the member, and at the message where it begins with `$.`; `$` is the message itself.
 */
const pathSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => parseJsonPath(text) !== undefined, 'no path');

/** A pattern (domain/topic-pattern.ts) for the whole topic. */
const topicSchema = z
  .string()
  .max(512)
  .refine((text) => parseTopicPattern(text) !== undefined, 'no topic pattern');

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
  /**
   * `local`: date and time without an offset, in the platform's zone, as `2026-01-08T14:30:00` or `20260108143000`;
   * `auto`: whichever of the others it looks like.
   */
  format: z.enum(['epoch-s', 'epoch-ms', 'rfc3339', 'local', 'auto']),
});

/**
 * What a message says at a path, as text: `''` where there is nothing or null, `[]` and `{}` for an array or object.
 * It is one of `is`, and none of `isNot`.
 */
const conditionSchema = z.strictObject({
  path: pathSchema,
  is: z.array(z.string().max(64)).max(32).optional(),
  isNot: z.array(z.string().max(64)).max(32).optional(),
});

const ruleSchema = z.strictObject({
  /** Left out, the rule is for all topics of the binding. */
  topic: topicSchema.optional(),
  /** Only messages, or members of `each`, for which all of these hold. */
  when: z.array(conditionSchema).max(8).optional(),
  /** Path of an array or object whose members are readings of their own; a member's key is `{key}`. */
  each: pathSchema.optional(),
  /** With `each`: only members whose key fits, with names in braces for parts of it, e.g. `em1data:{channel}`. */
  key: z.string().max(64).optional(),
  /**
   * Template of the meter's address, of the topic's named levels, `{key}`, names of `key`, and `{path:a.b}`, e.g.
   * `{device}/{channel}`. `{address}` is the level of that name, else `{collector}`. Where it cannot be made up and the
   * topic has a level `{meter}`, or where it says just that, the reading is of the meter with that id.
   */
  address: z
    .string()
    .min(1)
    .max(200)
    .refine((text) => parseAddressTemplate(text) !== undefined, 'no address template'),
  /** Left out, or where there is none, the time of receipt is taken. */
  time: timeSchema.optional(),
  /** Of several for the same quantity, the first that is there. */
  fields: z.array(fieldSchema).min(1).max(64),
});

const passOverSchema = z.strictObject({
  topic: topicSchema.optional(),
  when: z.array(conditionSchema).max(8).optional(),
});

/** How JSON of another system becomes readings: each rule that fits a message yields the readings it finds. */
export const fieldMappingSchema = z.strictObject({
  rules: z.array(ruleSchema).min(1).max(32),
  /** Messages without a quantity that are none by design, and need not be kept in quarantine. */
  passOver: z.array(passOverSchema).max(32).optional(),
});
export type FieldMapping = z.infer<typeof fieldMappingSchema>;
export type MappingRule = z.infer<typeof ruleSchema>;
export type MappingCondition = z.infer<typeof conditionSchema>;

/** True for a quantity that stands under `registers` in a reading. */
export function isRegister(quantity: Metric): boolean {
  return (REGISTER_METRICS as readonly Metric[]).includes(quantity);
}
