import { z } from 'zod';

import { quotaProgressSchema } from './institution.ts';
import { usageMediumSchema } from './common.ts';

/** Standard coal of a part of the institutions: null where none of them has data; `known` is how many have. */
const energyOf = { kgce: z.number().nullable(), institutions: z.number(), known: z.number() };

/**
 * What of both years can be compared: by institution, the months and whole days that both know alike; `coverage` is its
 * share of all that is known of these days in the two years.
 */
const comparable = {
  comparable: z.number().nullable(),
  lastYearComparable: z.number().nullable(),
  coverage: z.number().nullable(),
};

/** The city (or what the session may see of it) in one year so far. Null is not known, and never zero. */
export const overviewSchema = z.object({
  year: z.number(),
  scopeName: z.string(),
  institutions: z.number(),
  meters: z.number(),
  /** Sums of what is entered. */
  areaM2: z.number().nullable(),
  headcount: z.number().nullable(),
  media: z.array(
    z.object({
      medium: usageMediumSchema,
      unit: z.string(),
      /** All that is known, today's part included. */
      used: z.number().nullable(),
      /** All that is known of the same whole days of last year: never derive a change from it. */
      lastYear: z.number().nullable(),
      ...comparable,
      kgce: z.number().nullable(),
      months: z.array(z.number().nullable()),
      lastYearMonths: z.array(z.number().nullable()),
    }),
  ),
  kgce: z.number().nullable(),
  co2Kg: z.number().nullable(),
  /** As of a medium, in kgce by this year's factors. */
  energy: z.object(comparable),
  byType: z.array(z.object({ type: z.string(), ...energyOf })),
  byRegion: z.array(z.object({ code: z.string(), name: z.string(), ...energyOf })),
  /** By kgce, those without data last. */
  ranking: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      type: z.string(),
      kgce: z.number().nullable(),
      kgcePerM2: z.number().nullable(),
      /** Months that are over in which a kind of energy that it uses has no value. */
      monthsMissing: z.number(),
    }),
  ),
  quotas: z.array(quotaProgressSchema.omit({ months: true })),
  alerts: z.object({ open: z.number(), critical: z.number(), byRule: z.record(z.string(), z.number()) }),
  reports: z.object({ year: z.number(), made: z.number(), expected: z.number(), dueBefore: z.string() }),
});
export type Overview = z.infer<typeof overviewSchema>;
