import { z } from 'zod';

import { idSchema } from './common.ts';

const dateSchema = z.iso.date();
const periodSchema = z.object({ from: z.string(), to: z.string() });

/** Settings as they stand, every one of them given. */
export const calendarVersionSchema = z.object({
  /** From this day on (`YYYY-MM-DD`); '' from the beginning. */
  validFrom: z.string(),
  openDays: z.enum(['workdays', 'all']),
  windows: z.array(periodSchema),
  marginMinutes: z.number(),
  heatingSeason: periodSchema,
  coolingSeason: periodSchema,
  heatingPeriods: z.array(periodSchema),
  coolingPeriods: z.array(periodSchema),
  terms: z.array(periodSchema),
});
export type CalendarVersion = z.infer<typeof calendarVersionSchema>;

const dayKindSchema = z.enum(['work', 'rest']);

/** The calendar of the city, or of an institution, in one year. */
export const calendarYearSchema = z.object({
  institutionId: z.string().nullable(),
  year: z.number(),
  /** False: no holidays are known of the year, Monday to Friday is assumed. Enter the days, or wait for a new release. */
  covered: z.boolean(),
  /** Its own settings, by rising day; none where the city's hold. */
  versions: z.array(calendarVersionSchema),
  days: z.array(
    z.object({
      date: z.string(),
      kind: dayKindSchema,
      /** weekday, published (State Council), city or own (entered), term-break, always-open */
      reason: z.enum(['weekday', 'published', 'city', 'own', 'term-break', 'always-open']),
      name: z.string(),
      season: z.enum(['heating', 'cooling', 'none']),
    }),
  ),
});
export type CalendarYear = z.infer<typeof calendarYearSchema>;

/** Days that are worked or rested against what is published; without an institution those of the whole city. */
export const calendarDaysSchema = z.strictObject({
  institutionId: idSchema.optional(),
  days: z
    .array(z.strictObject({ date: dateSchema, kind: dayKindSchema, name: z.string().max(100).default('') }))
    .min(1)
    .max(1000)
    .refine((days) => new Set(days.map(({ date }) => date)).size === days.length, 'a date stands there twice'),
});

export const calendarDateParams = z.object({ date: dateSchema });
/** The day from which settings hold. */
export const calendarFromParams = z.object({ validFrom: dateSchema });
/** Whose calendar; the city's where left out. */
export const calendarOwnerQuery = z.object({ institution: idSchema.optional() });
