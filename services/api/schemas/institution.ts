import { z } from 'zod';

import { INSTITUTION_TYPE_IDS } from '../../../domain/institution-type.ts';
import { MOST } from '../../../domain/registry-bounds.ts';
import { dateSchema, idSchema, registryQuery, someOf, usageMediumSchema } from './common.ts';

export const institutionSchema = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(INSTITUTION_TYPE_IDS as [string, ...string[]]),
  creditCode: z.string().nullable(),
  regionCode: z.string(),
  regionName: z.string(),
  reportsTo: z.string(),
  reportsToName: z.string(),
  department: z.string().nullable(),
  liaison: z.string().nullable(),
  areaM2: z.number().nullable(),
  officeAreaM2: z.number().nullable(),
  headcount: z.number().nullable(),
  establishment: z.number().nullable(),
  /** The first day on which it is no more. */
  endedOn: z.string().nullable(),
});
export type Institution = z.infer<typeof institutionSchema>;

export const newInstitutionSchema = z.object({
  id: idSchema,
  name: z.string().min(1).max(200),
  type: z.enum(INSTITUTION_TYPE_IDS as [string, ...string[]]),
  creditCode: z.string().max(18).optional(),
  regionCode: z.string().min(6).max(12),
  reportsTo: z.string().min(6).max(12).optional(),
  department: z.string().max(200).optional(),
  liaison: z.string().max(100).optional(),
  areaM2: z.number().positive('the floor area must be above zero').max(MOST.area),
  officeAreaM2: z.number().positive().max(MOST.area).optional(),
  headcount: z.number().int().positive('the number of people using energy must be above zero').max(MOST.people),
  establishment: z.number().int().positive().max(MOST.people).optional(),
});
export type NewInstitution = z.infer<typeof newInstitutionSchema>;

/** What of an institution can be changed without a date; null takes a value out. */
export const institutionChangeSchema = someOf({
  name: z.string().min(1).max(200).optional(),
  type: z.enum(INSTITUTION_TYPE_IDS as [string, ...string[]]).optional(),
  creditCode: z.string().max(18).nullable().optional(),
  regionCode: z.string().min(6).max(12).optional(),
  reportsTo: z.string().min(6).max(12).optional(),
  department: z.string().max(200).nullable().optional(),
  liaison: z.string().max(100).nullable().optional(),
  endedOn: dateSchema.nullable().optional(),
});
export type InstitutionChange = z.infer<typeof institutionChangeSchema>;

export const institutionsQuery = z.object({
  ...registryQuery,
  /** Stands in the region or in one below it. */
  region: z.string().min(6).max(12).optional(),
  /** Reports to the region or to one below it. */
  reportsTo: z.string().min(6).max(12).optional(),
  type: z.enum(INSTITUTION_TYPE_IDS as [string, ...string[]]).optional(),
});

/** The dated figures of an institution: 建筑面积, 办公面积, 用能人数, 编制人数. */
export const ATTRIBUTES = ['areaM2', 'officeAreaM2', 'headcount', 'establishment'] as const;
export type AttributeName = (typeof ATTRIBUTES)[number];

/** A figure of an institution and the days on which it holds: from `validFrom` up to, not including, `validTo`. */
export const attributeSchema = z.object({
  name: z.enum(ATTRIBUTES),
  value: z.number(),
  validFrom: z.string(),
  validTo: z.string().nullable(),
});
export type Attribute = z.infer<typeof attributeSchema>;

export const attributeValueSchema = z.strictObject({ value: z.number() });

export const regionSchema = z.object({
  code: z.string(),
  name: z.string(),
  nameEn: z.string(),
  kind: z.string(),
  parentCode: z.string().nullable(),
});
export type Region = z.infer<typeof regionSchema>;

/** What lies below a district: 街道, 镇, 乡, 苏木. */
const TOWNSHIP_KINDS = ['subdistrict', 'town', 'township', 'sumu'] as const;
export const newRegionSchema = z.strictObject({
  code: z.string().regex(/^(\d{9}|\d{12})$/, 'the code of a township has 9 or 12 digits (GB/T 10114)'),
  parentCode: z.string().regex(/^\d{6}$/, 'give the six digits of the 旗县区 that it belongs to'),
  name: z.string().trim().min(1).max(100),
  /** The Chinese name where left out. */
  nameEn: z.string().trim().min(1).max(100).optional(),
  kind: z.enum(TOWNSHIP_KINDS),
});
export type NewRegion = z.infer<typeof newRegionSchema>;
export const regionChangeSchema = someOf({
  name: z.string().trim().min(1).max(100).optional(),
  nameEn: z.string().trim().min(1).max(100).optional(),
});
export type RegionChange = z.infer<typeof regionChangeSchema>;

/** A quota of an institution for a medium and year, in canonical units, split by month. */
export const newQuotaSchema = z.object({
  annualLimit: z.number().positive().max(MOST.quota),
  /** Twelve limits that sum to the annual one; equal parts where left out. */
  monthLimits: z.array(z.number().nonnegative().max(MOST.quota)).length(12).optional(),
});

/** Use against a quota so far; `used` and `ratio`, used / limit, are null where nothing is known of the year. */
export const quotaProgressSchema = z.object({
  institutionId: z.string(),
  institutionName: z.string(),
  medium: usageMediumSchema,
  year: z.number(),
  unit: z.string(),
  annualLimit: z.number(),
  used: z.number().nullable(),
  ratio: z.number().nullable(),
  /** Months that are over and have no value: `used` lacks them. */
  monthsMissing: z.number(),
  months: z.array(z.object({ month: z.number(), limit: z.number(), used: z.number().nullable() })),
});
export type QuotaProgress = z.infer<typeof quotaProgressSchema>;

/** One local day of electricity inside and outside working hours, exempt sub-items left out. */
export const standbyDaySchema = z.object({
  date: z.string(),
  workday: z.boolean(),
  workingKwh: z.number().nullable(),
  offHoursKwh: z.number().nullable(),
  /** Hours that are over and not wholly known: the sums lack them, and such a day is no small one. */
  missingHours: z.number(),
  /** Mean power outside working hours, and the limit it is held against (Art. 20(1)). */
  offHoursMeanKw: z.number().nullable(),
  limitKw: z.number().nullable(),
  /** Working hours of the day, `HH:MM` local time; empty on a rest day. */
  workingHours: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
});
export type StandbyDay = z.infer<typeof standbyDaySchema>;
