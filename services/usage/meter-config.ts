import type { DecisionKind } from '../../domain/decision.ts';
import { unitFactor, type UsageMedium } from '../../domain/quantity.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';

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

/** The rules by which a register is read, in canonical units on the register's side of the multiplier. */
export interface RegisterRules {
  modulus: number | undefined;
  ratedPerHour: number | undefined;
  /** The first multiplier: what was before its date counts by it too. */
  multiplier: number;
  /** Those that follow, by rising instant; left out where it never changed. */
  multipliersFrom?: readonly { atMs: number; multiplier: number }[];
}

/** The register that counted ended at an instant, or another one began, or both; in canonical units. */
export interface RegisterChange {
  atMs: number;
  /** Undefined where nobody read it. */
  closing: number | undefined;
  opening: number | undefined;
  /** The rules of the register that ended. */
  before: RegisterRules;
}

/** How the readings of a meter become usage, over all of its history. */
export interface RegisterPlan {
  /** The rules of the register that counts last. */
  rules: RegisterRules;
  /** By rising instant; left out where the register was always the same. */
  changes?: readonly RegisterChange[];
  /** Readings count from the one instant on and before the other. */
  installedMs?: number;
  removedMs?: number;
}

/** The plan that the registry's multipliers and events of a meter make. */
export function registerPlan(meter: UsageMeter, zone: Zone): RegisterPlan {
  const factor = unitFactor(meter.medium, meter.registerUnit) ?? 1;
  const inCanonical = (value: number | null): number | undefined => (value === null ? undefined : value * factor);
  const [first, ...later] = meter.multipliers;
  const rules: RegisterRules = {
    modulus: inCanonical(meter.registerModulus),
    ratedPerHour: inCanonical(meter.ratedMaximum),
    multiplier: first?.multiplier ?? 1,
  };
  if (later.length > 0)
    rules.multipliersFrom = later.map(({ multiplier, validFrom }) => ({
      atMs: startOfDate(validFrom, zone),
      multiplier,
    }));
  const { events = [] } = meter;
  if (events.length === 0) return { rules };

  const plan: RegisterPlan = { rules };
  const changes: RegisterChange[] = [];
  let before = rules;
  for (const event of events.toReversed()) {
    if (event.registerModulusBefore !== undefined)
      before = { ...before, modulus: inCanonical(event.registerModulusBefore) };
    if (event.ratedMaximumBefore !== undefined)
      before = { ...before, ratedPerHour: inCanonical(event.ratedMaximumBefore) };
    const closing = event.kind === 'installation' ? undefined : inCanonical(event.closingRegister);
    const opening = event.kind === 'removal' ? undefined : inCanonical(event.openingRegister);
    // What is read at the instant of a removal is still of the meter, unless the event itself says what it showed.
    const atMs = event.kind === 'removal' && closing === undefined ? event.atMs + 1 : event.atMs;
    changes.unshift({ atMs, closing, opening, before });
    if (event.kind === 'installation') plan.installedMs = atMs;
    if (event.kind === 'removal') plan.removedMs = atMs;
  }
  plan.changes = changes;
  return plan;
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
  const multipliers = meter.multipliers.map(({ multiplier, validFrom }) => [multiplier, validFrom]);
  return JSON.stringify([medium, registerUnit, registerModulus, ratedMaximum, expectedIntervalS, multipliers, events]);
}
