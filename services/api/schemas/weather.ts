import { z } from 'zod';

import { dateSchema, instantInSchema, problemSchema } from './common.ts';

/** Where the outdoor temperature of a day came from. */
export const temperatureSourceSchema = z.object({
  /** Points measuring `outdoor` of the institution, those of a region, or a series imported for a region. */
  kind: z.enum(['institution', 'region', 'imported']),
  /** The region whose points or series it was; null for the institution's own. */
  regionCode: z.string().nullable(),
  /** Of an imported series, what it says it came from. */
  name: z.string().nullable(),
});
export type TemperatureSource = z.infer<typeof temperatureSourceSchema>;

export const weatherParams = z.object({ region: z.string().min(6).max(12) });
/** Local days [from, to). */
export const weatherQuery = z.object({ from: instantInSchema, to: instantInSchema });

/** A local day; its figures are null where no temperature is known. */
const weatherDaySchema = z.object({
  date: z.string(),
  meanC: z.number().nullable(),
  /** K·d below the base of heating, above that of cooling. */
  heatingDegreeDays: z.number().nullable(),
  coolingDegreeDays: z.number().nullable(),
  source: temperatureSourceSchema.nullable(),
});
export type WeatherDay = z.infer<typeof weatherDaySchema>;

export const weatherSchema = z.object({
  items: z.array(weatherDaySchema),
  next: z.string().nullable(),
  regionCode: z.string(),
  /** HEATING_BASE_C and COOLING_BASE_C, °C. */
  heatingBaseC: z.number(),
  coolingBaseC: z.number(),
  /** Sums of the days that are known, and how many of the days those are. */
  heatingDegreeDays: z.number(),
  coolingDegreeDays: z.number(),
  knownDays: z.number(),
  days: z.number(),
});
export type Weather = z.infer<typeof weatherSchema>;

const flag = z.enum(['1', 'true', '0', 'false']).transform((text) => text === '1' || text === 'true');
export const weatherImportQuery = z.object({
  /** Lists what would change and everything that is wrong; changes nothing. */
  dryRun: flag.optional(),
  /** Where the figures come from, as it is shown beside them; `csv` where left out. */
  source: z.string().trim().min(1).max(100).optional(),
});

/** Something wrong with a row of the file. */
const weatherProblemSchema = z.object({
  /** As a spreadsheet shows it; null: the file as a whole. */
  row: z.number().nullable(),
  code: z.enum([
    'unreadable',
    'no-rows',
    'no-date-column',
    'no-temperature-column',
    'date-invalid',
    'date-twice',
    'date-in-future',
    'temperature-missing',
    'temperature-invalid',
    'temperature-implausible',
  ]),
  message: z.string(),
});
export type WeatherProblem = z.infer<typeof weatherProblemSchema>;

const outcome = {
  dryRun: z.boolean(),
  regionCode: z.string(),
  /** Days in the file, and what becomes of them. */
  days: z.number(),
  new: z.number(),
  changed: z.number(),
  unchanged: z.number(),
  firstDate: z.string().nullable(),
  lastDate: z.string().nullable(),
  problems: z.array(weatherProblemSchema),
};
/** What an import did, or a dry run would do. */
export const weatherImportSchema = z.object(outcome);
export type WeatherImport = z.infer<typeof weatherImportSchema>;
/** The problem+json of a refused import: all of it, or nothing. */
export const weatherRefusedSchema = problemSchema.extend(outcome);

/** Dates of imported figures to take out, both within. */
export const weatherRemovalQuery = z.object({ from: dateSchema, to: dateSchema });
