import type { EpisodeKey, Folded } from './episode.ts';
import { kgceOfOffHours, kgceOfQuotas } from './kgce-that-matters.ts';
import { carriedByOffHours, evaluateOffHours, OFF_HOURS_START, type OffHoursState } from './off-hours/evaluate.ts';
import { carriedByQuota, evaluateQuota, QUOTA_START, type QuotaState } from './quota/evaluate.ts';
import type { RuleSubject } from './rule-subject.ts';
import type { RuleWindow } from './rule-window.ts';
import {
  carriedByThermostat,
  evaluateThermostat,
  THERMOSTAT_START,
  type ThermostatState,
} from './thermostat/evaluate.ts';

/** A rule as a fold over an institution's hours, its state opaque JSON. */
export interface RuleFold {
  rule: 'quota' | 'off-hours' | 'thermostat';
  start: unknown;
  /** All that the outcome depends on besides the data: a change of it asks for evaluation from the first hour on. */
  dependsOn(subject: RuleSubject): unknown;
  evaluate(subject: RuleSubject, window: RuleWindow, state: unknown): Folded<unknown>;
  /** The episodes before a month that folding on from the state at its start can still change. */
  carried(state: unknown): EpisodeKey[];
}

/** Raise with every change of an evaluator's outcome, so that stored states of the old one are not gone on from. */
const VERSION = 1;

/** The rules that there are. */
export const RULE_FOLDS: readonly RuleFold[] = [
  {
    rule: 'quota',
    start: QUOTA_START,
    dependsOn: ({ calendar, settings, limits, coefficients }) => [
      VERSION,
      calendar.zone.name,
      settings.quota,
      limits,
      ...kgceOfQuotas(limits, coefficients),
    ],
    evaluate: ({ calendar: { zone }, settings, limits, coefficients }, window, state) =>
      evaluateQuota({ zone, settings: settings.quota, limits, coefficients }, window, state as QuotaState),
    carried: (state) => carriedByQuota(state as QuotaState),
  },
  {
    rule: 'off-hours',
    start: OFF_HOURS_START,
    dependsOn: ({ calendar, settings, areaM2, coefficients }) => [
      VERSION,
      calendar.zone.name,
      calendar.key,
      settings.offHours,
      areaM2,
      ...kgceOfOffHours(coefficients),
    ],
    evaluate: ({ calendar, settings: { offHours }, areaM2, coefficients }, window, state) =>
      evaluateOffHours({ calendar, settings: offHours, areaM2, coefficients }, window, state as OffHoursState),
    carried: (state) => carriedByOffHours(state as OffHoursState),
  },
  {
    rule: 'thermostat',
    start: THERMOSTAT_START,
    dependsOn: ({ calendar, settings, areaM2, points, heatMeters }) => [
      VERSION,
      calendar.zone.name,
      calendar.key,
      settings.thermostat,
      areaM2,
      points,
      heatMeters,
    ],
    evaluate: ({ calendar, settings, areaM2, points }, window, state) =>
      evaluateThermostat({ calendar, settings: settings.thermostat, areaM2, points }, window, state as ThermostatState),
    carried: (state) => carriedByThermostat(state as ThermostatState),
  },
];
