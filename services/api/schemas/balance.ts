import { z } from 'zod';

import { DIRECTION_IDS } from '../../../domain/meter-life.ts';
import { ZONE_KINDS } from './meter.ts';
import { instantInSchema, instantOutSchema, listOf, stepSchema, usageMediumSchema } from './common.ts';
import { institutionUsageSchema, qualitySharesSchema } from './usage.ts';

/** Hours are the finest that a balance is made of: an hour counts where all its meters are known throughout. */
export const balanceQuery = z.object({
  from: instantInSchema,
  to: instantInSchema,
  step: stepSchema.exclude(['15m']).default('1d'),
});

/**
 * A main meter against the meters below it, over the hours in which all of them are known; each null where there are
 * none. Canonical units. main = subMeters + unmetered, exactly.
 */
const amounts = {
  main: z.number().nullable(),
  /** What the meters below it counted together. */
  subMeters: z.number().nullable(),
  /** What none of them counted: a loss, or consumption without a meter. Below zero they counted more than the main. */
  unmetered: z.number().nullable(),
  /** Unmetered as a part of main; null where main is zero. */
  unmeteredShare: z.number().nullable(),
  /** The part of the time in which main and all meters below it are known, 0 to 1. The rest is not in the amounts. */
  coverage: z.number(),
};
export const balanceAmountsSchema = z.object(amounts);
export type BalanceAmounts = z.infer<typeof balanceAmountsSchema>;

export const balanceItemSchema = z.object({
  start: instantOutSchema,
  end: instantOutSchema,
  ...amounts,
  /** Of the meter-time of main and sub-meters while they are there. */
  quality: qualitySharesSchema,
});
export type BalanceItem = z.infer<typeof balanceItemSchema>;

const part = {
  /** Over the hours that the balance counts; null where there are none. */
  value: z.number().nullable(),
  /** Of its own time in the range: who is missing here takes hours out of the balance. */
  quality: qualitySharesSchema,
};

export const balanceSchema = listOf(balanceItemSchema).extend({
  meterId: z.string(),
  name: z.string(),
  medium: usageMediumSchema,
  unit: z.string(),
  /** The whole range. */
  total: balanceItemSchema,
  /** The meters below it that one may see, by id. */
  subMeters: z.array(z.object({ id: z.string(), name: z.string(), ...part })),
  /** Those of other institutions, together; null where there are none. */
  others: z.object({ meters: z.number().int(), ...part }).nullable(),
});
export type Balance = z.infer<typeof balanceSchema>;

/** Range [from, to) of whole days. */
export const meterTreeQuery = z.object({
  from: instantInSchema,
  to: instantInSchema,
  medium: usageMediumSchema.optional(),
});

/** A meter in the tree of an institution. */
export const meterTreeNodeSchema = z.object({
  id: z.string(),
  name: z.string(),
  medium: usageMediumSchema,
  unit: z.string(),
  /** The meter above it in this tree; null at the top. */
  parentId: z.string().nullable(),
  /** 0 at the top. */
  depth: z.number().int(),
  /** The sub-item of its largest share. */
  subItem: z.string().nullable(),
  /** What goes out or is made on the roof (export, pv) is no consumption. */
  direction: z.enum(DIRECTION_IDS),
  /** The institution's part of it on the last day of the range, 0 to 1; 0 where it is wholly somebody else's. */
  share: z.number(),
  /** All that its register counted in the range, the meters below it included; null where missing. */
  value: z.number().nullable(),
  quality: qualitySharesSchema,
  /** Against the meters below it; null where there are none. What it counted itself is `unmetered`. */
  balance: balanceAmountsSchema.nullable(),
  /** Meters below it that one may not see, together; null where there are none. */
  others: z.object({ meters: z.number().int(), value: z.number().nullable() }).nullable(),
});
export type MeterTreeNode = z.infer<typeof meterTreeNodeSchema>;

/** The meters of an institution and those below them, each behind the one above it. */
export const meterTreeSchema = listOf(meterTreeNodeSchema);

/** An institution's usage by zone: whose shares name none count under null. */
export const zoneUsageSchema = institutionUsageSchema.omit({ subItem: true, changedAt: true }).extend({
  zoneId: z.string().nullable(),
  zoneName: z.string().nullable(),
  zoneKind: z.enum(ZONE_KINDS).nullable(),
});

/** Which premises of an institution: its own (Art. 12), the housing metered beside them, or both together. */
export const premisesSchema = z.enum(['own', 'housing', 'all']).default('own');
export type Premises = z.output<typeof premisesSchema>;
