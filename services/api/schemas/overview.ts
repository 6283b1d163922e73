import { z } from 'zod';

import { quotaProgressSchema } from './institution.ts';
import { usageMediumSchema } from './common.ts';

/** The city (or what the session may see of it) in one year so far. */
export const overviewSchema = z.object({
  year: z.number(),
  scopeName: z.string(),
  institutions: z.number(),
  meters: z.number(),
  areaM2: z.number(),
  headcount: z.number(),
  media: z.array(
    z.object({
      medium: usageMediumSchema,
      unit: z.string(),
      used: z.number(),
      /** The same days of last year. */
      lastYear: z.number().nullable(),
      kgce: z.number(),
      months: z.array(z.number().nullable()),
      lastYearMonths: z.array(z.number().nullable()),
    }),
  ),
  kgce: z.number(),
  co2Kg: z.number(),
  byType: z.array(z.object({ type: z.string(), kgce: z.number(), institutions: z.number() })),
  byRegion: z.array(z.object({ code: z.string(), name: z.string(), kgce: z.number(), institutions: z.number() })),
  ranking: z.array(
    z.object({ id: z.string(), name: z.string(), type: z.string(), kgce: z.number(), kgcePerM2: z.number() }),
  ),
  quotas: z.array(quotaProgressSchema.omit({ months: true })),
  alerts: z.object({ open: z.number(), critical: z.number(), byRule: z.record(z.string(), z.number()) }),
  reports: z.object({ year: z.number(), made: z.number(), expected: z.number(), dueBefore: z.string() }),
});
export type Overview = z.infer<typeof overviewSchema>;
