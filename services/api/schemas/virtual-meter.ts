import { z } from 'zod';

import { dateSchema, idSchema, instantOutSchema, registryQuery, someOf, usageMediumSchema } from './common.ts';

/** How many meters a virtual meter may name. */
const MOST_TERMS = 100;

const name = z.string().trim().min(1).max(200);

/** A meter, or another virtual meter, of the same medium, and how often it counts: 1 adds it, -1 takes it off. */
export const termSchema = z.strictObject({
  meterId: idSchema,
  factor: z
    .number()
    .min(-1e6)
    .max(1e6)
    .refine((factor) => Math.abs(factor) >= 1e-6, 'must be at least a millionth, and not zero')
    .default(1),
});
export type Term = z.output<typeof termSchema>;

const terms = z
  .array(termSchema)
  .min(1)
  .max(MOST_TERMS)
  .refine((list) => new Set(list.map(({ meterId }) => meterId)).size === list.length, {
    message: 'a meter stands in it more than once; give it one factor',
  });

/**
 * A virtual meter (虚拟表): the sum of other meters, each times a factor. It is a figure for people to look at: it counts
 * for no institution's usage, where its terms count already, and so nothing counts twice.
 */
export const virtualMeterSchema = z.object({
  id: z.string(),
  name: z.string(),
  institutionId: z.string(),
  medium: usageMediumSchema,
  unit: z.string(),
  terms: z.array(z.object({ meterId: z.string(), factor: z.number() })),
  createdAt: instantOutSchema,
  /** The first day on which it is no more: from then on its usage is missing. */
  endedOn: z.string().nullable(),
});
export type VirtualMeter = z.infer<typeof virtualMeterSchema>;

/** Its id is one among those of the meters; its medium is that of its terms. */
export const newVirtualMeterSchema = z.strictObject({ id: idSchema, name, institutionId: idSchema, terms });
export type NewVirtualMeter = z.output<typeof newVirtualMeterSchema>;

/** What is left out stays; `endedOn` null takes an end back. Terms that change count for all of its history. */
export const virtualMeterChangeSchema = someOf({
  name: name.optional(),
  terms: terms.optional(),
  endedOn: dateSchema.nullable().optional(),
});
export type VirtualMeterChange = z.output<typeof virtualMeterChangeSchema>;

export const virtualMetersQuery = z.object({
  ...registryQuery,
  institution: z.string().optional(),
  medium: usageMediumSchema.optional(),
});
