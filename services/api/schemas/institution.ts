import { z } from 'zod';

import { INSTITUTION_TYPE_IDS } from '../../../domain/institution-type.ts';
import { idSchema, usageMediumSchema } from './common.ts';

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
  areaM2: z.number().positive('the floor area must be above zero'),
  officeAreaM2: z.number().positive().optional(),
  headcount: z.number().int().positive('the number of people using energy must be above zero'),
  establishment: z.number().int().positive().optional(),
});
export type NewInstitution = z.infer<typeof newInstitutionSchema>;

export const regionSchema = z.object({
  code: z.string(),
  name: z.string(),
  nameEn: z.string(),
  kind: z.string(),
  parentCode: z.string().nullable(),
});

/** A quota of an institution for a medium and year, in canonical units, split by month. */
export const newQuotaSchema = z.object({
  annualLimit: z.number().positive(),
  /** Twelve limits that sum to the annual one; equal parts where left out. */
  monthLimits: z.array(z.number().nonnegative()).length(12).optional(),
});

/** Use against a quota so far; `ratio` is used / limit, null where no quota is set. */
export const quotaProgressSchema = z.object({
  institutionId: z.string(),
  institutionName: z.string(),
  medium: usageMediumSchema,
  year: z.number(),
  unit: z.string(),
  annualLimit: z.number(),
  used: z.number(),
  ratio: z.number(),
  months: z.array(z.object({ month: z.number(), limit: z.number(), used: z.number().nullable() })),
});
export type QuotaProgress = z.infer<typeof quotaProgressSchema>;

/** One local day of electricity inside and outside working hours, exempt sub-items left out. */
export const standbyDaySchema = z.object({
  date: z.string(),
  workday: z.boolean(),
  workingKwh: z.number().nullable(),
  offHoursKwh: z.number().nullable(),
  /** Mean power outside working hours, and the limit it is held against (Art. 20(1)). */
  offHoursMeanKw: z.number().nullable(),
  limitKw: z.number().nullable(),
  /** Working hours of the day, `HH:MM` local time; empty on a rest day. */
  workingHours: z.array(z.object({ from: z.string(), to: z.string() })).optional(),
});
export type StandbyDay = z.infer<typeof standbyDaySchema>;
