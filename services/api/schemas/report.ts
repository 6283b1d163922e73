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
const reportMediumSchema = z.object({
  medium: z.enum(['electricity', 'water', 'heat', 'gas', 'cooling']),
  unit: z.string(),
  /** Null where no month has a value. */
  total: z.number().nullable(),
  /** January to December; null where no meter has a value. They add up to the total exactly. */
  months: z.array(z.number().nullable()).length(12),
  /** null as sub-item: not assigned to one; null as amount: no value. They add up to the total exactly. */
  subItems: z.array(z.object({ subItem: z.string().nullable(), amount: z.number().nullable() })),
  /** All that is known of last year; it may lack months, so never derive a change from it. */
  lastYear: z.number().nullable(),
  /** This year's and last year's amount in the months with a value in both: the change is one over the other. */
  comparable: z.number().nullable(),
  lastYearComparable: z.number().nullable(),
  quota: z.number().nullable(),
  /** What those that have a quota used this year. */
  quotaUsed: z.number().nullable(),
  quotaRatio: z.number().nullable(),
  kgce: z.number().nullable(),
  co2Kg: z.number().nullable(),
  quality: share,
  /** Meter-milliseconds behind `quality`. */
  meterMs: share,
  /** By month, how long the meters at the top should be known, and how long they are. */
  meteredTime: z
    .object({ expectedMs: z.array(z.number()).length(12), knownMs: z.array(z.number()).length(12) })
    .optional(),
});

/** The figures of an annual report (Art. 17), of one institution or rolled up over those that report to a region. */
export const reportFiguresSchema = z.object({
  year: z.number(),
  kind: z.enum(['institution', 'district', 'city']),
  owner: z.object({ id: z.string(), name: z.string(), type: z.string().nullable() }),
  /** To whom the report is addressed (主送). */
  addressee: z.string(),
  areaM2: z.number(),
  headcount: z.number(),
  institutions: z.number(),
  media: z.array(reportMediumSchema),
  /** Null where no energy has a value. */
  totals: z.object({
    kgce: z.number().nullable(),
    co2Kg: z.number().nullable(),
    kgcePerM2: z.number().nullable(),
    kgcePerPerson: z.number().nullable(),
    waterM3PerPerson: z.number().nullable(),
  }),
  /** What the three indicators divide: only institutions whose area, headcount or water is known enter them. */
  indicatorBasis: z.object({
    kgcePerM2: z.object({ kgce: z.number(), areaM2: z.number() }),
    kgcePerPerson: z.object({ kgce: z.number(), headcount: z.number() }),
    waterM3PerPerson: z.object({ waterM3: z.number(), headcount: z.number() }),
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
      /** Null where the row has no value of the medium. */
      electricityKwh: z.number().nullable(),
      waterM3: z.number().nullable(),
      heatGj: z.number().nullable(),
      gasM3: z.number().nullable(),
      kgce: z.number().nullable(),
      co2Kg: z.number().nullable(),
    }),
  ),
  byType: z.array(
    z.object({
      type: z.string(),
      institutions: z.number(),
      areaM2: z.number(),
      headcount: z.number(),
      electricityKwh: z.number().nullable(),
      waterM3: z.number().nullable(),
      heatGj: z.number().nullable(),
      gasM3: z.number().nullable(),
      kgce: z.number().nullable(),
      co2Kg: z.number().nullable(),
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
