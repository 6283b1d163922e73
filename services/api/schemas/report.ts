import { z } from 'zod';

import { instantOutSchema } from './common.ts';

export const reportItemSchema = z.object({
  year: z.number(),
  /** Id of the institution, or code of the region. */
  owner: z.string(),
  ownerName: z.string(),
  kind: z.enum(['institution', 'district', 'city']),
  state: z.enum(['draft']),
  /** Overdue from 00:00 of this date. */
  dueBefore: z.string(),
  madeAt: instantOutSchema,
});
export type ReportItem = z.infer<typeof reportItemSchema>;

const share = z.object({ measured: z.number(), estimated: z.number(), manual: z.number(), missing: z.number() });

/** One medium of a report, amounts in the canonical unit. */
export const reportMediumSchema = z.object({
  medium: z.enum(['electricity', 'water', 'heat', 'gas', 'cooling']),
  unit: z.string(),
  total: z.number(),
  months: z.array(z.number()).length(12),
  subItems: z.array(z.object({ subItem: z.string().nullable(), amount: z.number() })),
  lastYear: z.number().nullable(),
  quota: z.number().nullable(),
  quotaRatio: z.number().nullable(),
  kgce: z.number(),
  co2Kg: z.number(),
  quality: share,
});

/** The figures of an annual report (Art. 17), of one institution or rolled up over those that report to a region. */
export const reportFiguresSchema = z.object({
  year: z.number(),
  kind: z.enum(['institution', 'district', 'city']),
  owner: z.object({ id: z.string(), name: z.string(), type: z.string().nullable() }),
  areaM2: z.number(),
  headcount: z.number(),
  institutions: z.number(),
  media: z.array(reportMediumSchema),
  totals: z.object({
    kgce: z.number(),
    co2Kg: z.number(),
    kgcePerM2: z.number().nullable(),
    kgcePerPerson: z.number().nullable(),
    waterM3PerPerson: z.number().nullable(),
  }),
  /** Energy-saving work done: alerts of the year by rule. */
  alerts: z.array(z.object({ rule: z.string(), raised: z.number(), acknowledged: z.number(), cleared: z.number() })),
  /** Roll-ups: one row an institution (district) or a district and each unit of the city itself (city). */
  rows: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      kind: z.enum(['institution', 'district']),
      type: z.string().nullable(),
      institutions: z.number(),
      areaM2: z.number(),
      headcount: z.number(),
      electricityKwh: z.number(),
      waterM3: z.number(),
      heatGj: z.number(),
      kgce: z.number(),
      co2Kg: z.number(),
    }),
  ),
  byType: z.array(
    z.object({
      type: z.string(),
      institutions: z.number(),
      electricityKwh: z.number(),
      waterM3: z.number(),
      heatGj: z.number(),
      kgce: z.number(),
    }),
  ),
  coefficients: z.object({
    id: z.string(),
    source: z.string(),
    kgcePer: z.record(z.string(), z.number()),
    co2KgPer: z.record(z.string(), z.number()),
  }),
});
export type ReportFigures = z.infer<typeof reportFiguresSchema>;

export const reportSchema = reportItemSchema.extend({ digest: z.string(), figures: reportFiguresSchema });
export type Report = z.infer<typeof reportSchema>;
