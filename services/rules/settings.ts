import { z } from 'zod';

import { messageOf } from '../../domain/errors.ts';
import type { InstitutionType } from '../../domain/institution-type.ts';
import { DEFAULT_WORK_CALENDAR } from '../../domain/work-calendar.ts';
import { ZONE_KINDS } from '../api/schemas/meter.ts';

const timeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'HH:MM');
const monthDaySchema = z.string().regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'MM-DD');
const seasonSchema = z.object({ from: monthDaySchema, to: monthDaySchema });
const hours = z.number().int().min(1).max(720);
const share = z.number().positive();

const calendarSchema = z.object({
  openDays: z.enum(['workdays', 'all']).default('workdays'),
  windows: z
    .array(
      z
        .object({ from: timeSchema, to: timeSchema })
        .refine(({ from, to }) => from < to, 'a window ends after it starts'),
    )
    .min(1)
    .default([...DEFAULT_WORK_CALENDAR.windows]),
  marginMinutes: z.number().int().min(0).max(240).default(DEFAULT_WORK_CALENDAR.marginMinutes),
  heatingSeason: seasonSchema.default(DEFAULT_WORK_CALENDAR.heatingSeason),
  coolingSeason: seasonSchema.default(DEFAULT_WORK_CALENDAR.coolingSeason),
});

const offHoursSchema = z.object({
  /** Limit as a share of the mean power of working hours, or absolute by floor area. */
  mode: z.enum(['share', 'absolute']).default('share'),
  share: share.max(2).default(0.6),
  /** Mode absolute: W per m² of floor area. */
  wattsPerM2: share.default(5),
  /** Mode share: no limit lies below this many W per m² of floor area, so that a school on holiday is not its own standby. */
  floorWattsPerM2: z.number().nonnegative().default(1.5),
  /** Codes of sub-items that run day and night by their nature; what begins with one is exempt too. */
  exemptSubItems: z.array(z.string().min(1)).default(['D1']),
  /** Hours on end within one stretch of off-hours. */
  durationHours: hours.default(10),
  /** Hours on end below clearRatio × limit after which it is over. */
  clearHours: hours.default(4),
  clearRatio: share.max(1).default(0.9),
});

const thermostatSchema = z.object({
  coolingMinimumC: z.number().default(26),
  heatingMaximumC: z.number().default(20),
  sustainedHours: hours.default(2),
  /** Hours on end within the limit, by a measured temperature with the hysteresis, after which it is over. */
  clearHours: hours.default(12),
  hysteresisC: z.number().nonnegative().default(0.5),
  exemptZoneKinds: z.array(z.enum(ZONE_KINDS)).default(['special', 'server-room', 'canteen', 'boiler-room']),
  /** What lies outside is a failed sensor. */
  plausibleC: z.object({ from: z.number(), to: z.number() }).default({ from: -30, to: 60 }),
  /** Air conditioning runs above this share of the 95th percentile of its power over the last 28 days … */
  runningShare: share.max(1).default(0.1),
  /** … and above this many W per m² of floor area, below which it idles. */
  runningFloorWattsPerM2: z.number().nonnegative().default(0.2),
  /** Heating runs while its supply is warmer. */
  runningSupplyC: z.number().default(30),
});

const quotaSchema = z.object({
  warningRatio: share.max(1).default(0.8),
  breachRatio: share.default(1),
  /** A warning is over below warningRatio × hysteresis. */
  hysteresis: share.max(1).default(0.99),
});

const ruleSettingsSchema = z.strictObject({
  calendar: calendarSchema.prefault({}),
  offHours: offHoursSchema.prefault({}),
  thermostat: thermostatSchema.prefault({}),
  quota: quotaSchema.prefault({}),
});

/** Everything of an institution that its rules depend on and a person may set. */
export type RuleSettings = z.infer<typeof ruleSettingsSchema>;
export type OffHoursSettings = RuleSettings['offHours'];
export type ThermostatSettings = RuleSettings['thermostat'];
export type QuotaSettings = RuleSettings['quota'];

/** What differs from the general defaults by type; an institution's own settings go over it. */
const DEFAULTS_BY_TYPE: Partial<Record<InstitutionType, { openDays?: 'all'; share?: number }>> = {
  // Patients, not standby: the night load of a hospital is 50–60 % of its day's (domain notes).
  hospital: { openDays: 'all', share: 0.75 },
  library: { openDays: 'all' },
  sports: { openDays: 'all' },
};

/**
 * The rule settings of an institution: the defaults of its type with its own JSON over them, key by key. JSON that does
 * not fit is a reason, not a failure: one institution's settings never stop the others' rules.
 */
export function parseRuleSettings(
  json: string | null,
  type: string,
): { ok: true; settings: RuleSettings } | { ok: false; reason: string } {
  let own: unknown;
  try {
    own = json === null || json.trim() === '' ? {} : JSON.parse(json);
  } catch (thrown) {
    return { ok: false, reason: `rule settings are not JSON: ${messageOf(thrown)}` };
  }
  const parsed = ruleSettingsSchema.safeParse(own);
  if (!parsed.success) return { ok: false, reason: `rule settings: ${z.prettifyError(parsed.error)}` };
  const settings = parsed.data;
  const { openDays, share: typeShare } = DEFAULTS_BY_TYPE[type as InstitutionType] ?? {};
  const set = own as { calendar?: { openDays?: string }; offHours?: { share?: number } };
  if (openDays !== undefined && set.calendar?.openDays === undefined) settings.calendar.openDays = openDays;
  if (typeShare !== undefined && set.offHours?.share === undefined) settings.offHours.share = typeShare;
  return { ok: true, settings };
}
