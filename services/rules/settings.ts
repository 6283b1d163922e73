import { z } from 'zod';

import { messageOf } from '../../domain/errors.ts';
import type { InstitutionType } from '../../domain/institution-type.ts';
import { ZONE_KINDS } from '../api/schemas/meter.ts';

const hours = z.number().int().min(1).max(720);
const share = z.number().positive();

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
const SHARE_BY_TYPE: Partial<Record<InstitutionType, number>> = {
  // Patients, not standby: the night load of a hospital is 50–60 % of its day's (domain notes).
  hospital: 0.75,
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
  const typeShare = SHARE_BY_TYPE[type as InstitutionType];
  const set = own as { offHours?: { share?: number } };
  if (typeShare !== undefined && set.offHours?.share === undefined) settings.offHours.share = typeShare;
  return { ok: true, settings };
}
