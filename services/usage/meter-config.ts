import type { DecisionKind } from '../../domain/decision.ts';
import type { UsageMedium } from '../../domain/quantity.ts';

/** What happened to a meter's register at an instant; registers in register units, null where nobody read them. */
export interface RegisterEvent {
  kind: 'installation' | 'replacement' | 'removal';
  atMs: number;
  /** What the meter that went showed last. */
  closingRegister: number | null;
  /** What the meter that came showed first. */
  openingRegister: number | null;
  /** Where a replacement changed it: what held for the register that went. */
  registerModulusBefore?: number | null;
  /** Register units per hour, likewise. */
  ratedMaximumBefore?: number | null;
}

/** An approved decision, as the accounting applies it; registers in register units. */
export interface AppliedDecision {
  id: string;
  kind: DecisionKind;
  fromMs: number;
  /** Exclude, accept, value: readings within [fromMs, toMs) are concerned. */
  toMs: number | null;
  /** Value: what the register showed at `fromMs`, in place of the readings concerned. */
  register: number | null;
  /** Replacement, reset. */
  closingRegister: number | null;
  openingRegister: number | null;
  /** Multiplier: what counts from `fromMs` up to the next dated multiplier. */
  multiplier: number | null;
}

/** What a person read off a meter; register units. */
export interface ManualPoint {
  id: string;
  atMs: number;
  register: number;
}

/** What usage needs to know of a meter: plain data from the registry. */
export interface UsageMeter {
  id: string;
  medium: UsageMedium;
  registerUnit: string;
  /** Register units. */
  registerModulus: number | null;
  /** Register units per hour. */
  ratedMaximum: number | null;
  expectedIntervalS: number;
  /** The meter whose register includes this one's. */
  parentId: string | null;
  /** By rising date. Dates `YYYY-MM-DD` of the configured zone; `validTo` null: still in force. */
  multipliers: { multiplier: number; validFrom: string; validTo: string | null }[];
  shares: MeterShare[];
  /** By rising instant; left out where nothing is known to have happened. */
  events?: RegisterEvent[];
  /** Approved, by rising (fromMs, id); left out where there are none. */
  decisions?: AppliedDecision[];
  /** By rising instant; left out where there are none. */
  manual?: ManualPoint[];
  /** A virtual meter: the meters that it is the sum of, by what factor. It has no register of its own. */
  terms?: { meterId: string; factor: number }[];
  /** A virtual meter: the first day on which it is no more; left out where none is entered. */
  endedOn?: string;
}

/** A part of a meter that counts for an institution, between two dates of the configured zone. */
export interface MeterShare {
  institutionId: string;
  subItem: string | null;
  share: number;
  validFrom: string;
  validTo: string | null;
  /** In a residential zone (Art. 12): counts apart from the institution's own premises. Left out: false. */
  housing?: true;
}

/** Steps a base interval may have, milliseconds: all divide the hour. */
const BASE_STEPS = [900_000, 1_200_000, 1_800_000, 3_600_000];

/** The base step of a meter: the longer of 15 min and its expected interval, at most an hour. */
export function baseStepMs(meter: UsageMeter): number {
  return BASE_STEPS.find((step) => step >= meter.expectedIntervalS * 1000) ?? 3_600_000;
}

/** What of a meter its intervals depend on, as text: meters that agree in it have the same intervals. */
export function accountingKey(meter: UsageMeter): string {
  const { medium, registerUnit, registerModulus, ratedMaximum, expectedIntervalS, events = [] } = meter;
  const { decisions = [], manual = [] } = meter;
  const multipliers = meter.multipliers.map(({ multiplier, validFrom }) => [multiplier, validFrom]);
  const always = [medium, registerUnit, registerModulus, ratedMaximum, expectedIntervalS, multipliers, events];
  return JSON.stringify(decisions.length + manual.length === 0 ? always : [...always, decisions, manual]);
}
