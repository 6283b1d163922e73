import { z } from 'zod';

import { messageOf } from '../../domain/errors.ts';
import type { InstitutionType } from '../../domain/institution-type.ts';
import { DEFAULT_WORK_CALENDAR, type WorkCalendarSettings } from '../../domain/work-calendar.ts';

const timeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'HH:MM');
const monthDaySchema = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'MM-DD');
const seasonSchema = z.strictObject({ from: monthDaySchema, to: monthDaySchema });
const windowSchema = z
  .strictObject({ from: timeSchema, to: timeSchema })
  .refine(({ from, to }) => from < to, 'a window ends after it starts');
const periodSchema = z
  .strictObject({ from: z.iso.date(), to: z.iso.date() })
  .refine(({ from, to }) => from <= to, 'a period ends on or after the day it starts');

/** Periods in order, none within another. */
const periodsSchema = z
  .array(periodSchema)
  .max(50)
  .transform((periods) => periods.toSorted((a, b) => (a.from < b.from ? -1 : 1)))
  .refine((periods) => periods.every(({ from }, i) => i === 0 || periods[i - 1]!.to < from), 'periods overlap')
  .default([]);

/** Windows in order, none within another. */
const windowsSchema = z
  .array(windowSchema)
  .min(1, 'at least one window; an institution that never closes has 00:00 to 24:00')
  .max(8)
  .transform((windows) => windows.toSorted((a, b) => (a.from < b.from ? -1 : 1)))
  .refine((windows) => windows.every(({ from }, i) => i === 0 || windows[i - 1]!.to <= from), 'windows overlap');

/** Working hours, seasons and terms, as they are entered; what is left out is as {@link DEFAULT_WORK_CALENDAR}. */
export const calendarSettingsSchema = z.strictObject({
  openDays: z.enum(['workdays', 'all']).default(DEFAULT_WORK_CALENDAR.openDays),
  windows: windowsSchema.default([...DEFAULT_WORK_CALENDAR.windows]),
  marginMinutes: z.number().int().min(0).max(240).default(DEFAULT_WORK_CALENDAR.marginMinutes),
  heatingSeason: seasonSchema.default(DEFAULT_WORK_CALENDAR.heatingSeason),
  coolingSeason: seasonSchema.default(DEFAULT_WORK_CALENDAR.coolingSeason),
  heatingPeriods: periodsSchema,
  coolingPeriods: periodsSchema,
  terms: periodsSchema,
});

/** Institutions that are open on every day of the year, unless their own settings say otherwise. */
const ALWAYS_OPEN: ReadonlySet<string> = new Set<InstitutionType>(['hospital', 'library', 'sports']);

/** General settings as they hold for a type of institution. */
export function settingsOfType(settings: WorkCalendarSettings, type: string): WorkCalendarSettings {
  return ALWAYS_OPEN.has(type) ? { ...settings, openDays: 'all' } : settings;
}

/** Reads stored settings; a reason where they are none. */
export function parseCalendarSettings(
  json: string,
): { ok: true; settings: WorkCalendarSettings } | { ok: false; reason: string } {
  try {
    const parsed = calendarSettingsSchema.safeParse(JSON.parse(json));
    if (parsed.success) return { ok: true, settings: parsed.data };
    return { ok: false, reason: z.prettifyError(parsed.error) };
  } catch (thrown) {
    return { ok: false, reason: messageOf(thrown) };
  }
}
