import { z } from 'zod';

import { DECIMAL_TEXT } from '../../../domain/decimal-text.ts';
import { tariffProblem } from '../../../domain/tariff-problem.ts';
import { TARIFF_DAYS, TARIFF_PERIODS } from '../../../domain/tariff.ts';
import { dateSchema, idSchema, usageMediumSchema } from './common.ts';

/** Yuan, or an amount: decimal text, so that nothing is rounded on the way. */
const decimalSchema = z.string().regex(DECIMAL_TEXT, 'a decimal number as text, at most six places, such as "0.4683"');
const timeSchema = z.string().regex(/^(([01]\d|2[0-3]):(00|15|30|45)|24:00)$/, 'HH:MM on a quarter hour, up to 24:00');

const periodSchema = z.enum(TARIFF_PERIODS);
const pricesByPeriodSchema = z.partialRecord(periodSchema, decimalSchema);
const tiersShape = {
  per: z.enum(['month', 'year']),
  steps: z
    .array(z.strictObject({ upTo: decimalSchema.nullable(), price: decimalSchema }))
    .min(1)
    .max(20),
};
const fixedShape = { fixedPerMonth: decimalSchema.optional() };

const scheduleSchema = z.strictObject({
  /** 1 to 12; the whole year where left out. */
  months: z.array(z.number().int().min(1).max(12)).min(1).max(12).optional(),
  days: z.enum(TARIFF_DAYS).default('all'),
  windows: z
    .array(z.strictObject({ from: timeSchema, to: timeSchema, period: periodSchema }))
    .min(1)
    .max(48),
  prices: pricesByPeriodSchema.optional(),
});

/** What a unit costs: one price, a price for each period of the day (尖峰平谷), or for each step (阶梯). */
export const tariffPricesSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('flat'), price: decimalSchema, ...fixedShape }),
    z.strictObject({
      kind: z.literal('time-of-use'),
      prices: pricesByPeriodSchema,
      schedules: z.array(scheduleSchema).min(1).max(48),
      surcharge: z.strictObject(tiersShape).optional(),
      ...fixedShape,
    }),
    z.strictObject({ kind: z.literal('tiered'), ...tiersShape, ...fixedShape }),
  ])
  .superRefine((prices, context) => {
    const problem = tariffProblem(prices);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

export const tariffVersionSchema = z.object({
  /** From this day on until the next version's, `YYYY-MM-DD`. */
  validFrom: z.string(),
  prices: tariffPricesSchema,
});
export type TariffVersionItem = z.infer<typeof tariffVersionSchema>;

export const tariffSchema = z.object({
  id: z.string(),
  name: z.string(),
  medium: usageMediumSchema,
  /** Where the prices are from: a notice, a contract. */
  source: z.string().nullable(),
  versions: z.array(tariffVersionSchema),
});
export type TariffItem = z.infer<typeof tariffSchema>;

const nameSchema = z.string().min(1).max(200);
const sourceSchema = z.string().min(1).max(500).nullable();

export const newTariffSchema = z.strictObject({
  id: idSchema,
  name: nameSchema,
  medium: usageMediumSchema,
  source: sourceSchema.default(null),
  versions: z
    .array(z.strictObject({ validFrom: dateSchema, prices: tariffPricesSchema }))
    .min(1, 'at least one version: prices and the day from which they hold')
    .max(200)
    .refine((all) => new Set(all.map(({ validFrom }) => validFrom)).size === all.length, 'a day stands there twice'),
});
export type NewTariff = z.infer<typeof newTariffSchema>;

/** What may be changed of a tariff itself; its prices are versions. */
export const tariffChangeSchema = z.strictObject({ name: nameSchema, source: sourceSchema });
export type TariffChange = z.infer<typeof tariffChangeSchema>;

export const tariffParams = z.object({ id: idSchema });
export const tariffVersionParams = z.object({ id: idSchema, validFrom: dateSchema });
export const tariffsQuery = z.object({ medium: usageMediumSchema.optional() });

/** Which tariff an institution pays by, from a day on until its next one. */
export const tariffAssignmentSchema = z.object({
  /** Null: the whole city, where an institution has none of its own. */
  institutionId: z.string().nullable(),
  /** Its own premises, or the housing beside them (Art. 12), which pays as they do where it has no tariff of its own. */
  premises: z.enum(['own', 'housing']),
  medium: usageMediumSchema,
  validFrom: z.string(),
  tariffId: z.string(),
});
export type TariffAssignment = z.infer<typeof tariffAssignmentSchema>;

export const newTariffAssignmentSchema = z.strictObject({ tariffId: idSchema });
/** Whose; the city's where left out. */
export const tariffOwnerQuery = z.object({
  institution: idSchema.optional(),
  premises: z.enum(['own', 'housing']).default('own'),
});
export const tariffAssignmentParams = z.object({ medium: usageMediumSchema, validFrom: dateSchema });
export const tariffAssignmentsQuery = z.object({
  institution: idSchema.optional(),
  medium: usageMediumSchema.optional(),
});
