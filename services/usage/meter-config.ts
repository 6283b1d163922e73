import { unitFactor, type UsageMedium } from '../../domain/quantity.ts';

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
  /** Dates `YYYY-MM-DD` of the configured zone; `validTo` null: still in force. */
  multipliers: { multiplier: number; validFrom: string; validTo: string | null }[];
  shares: { institutionId: string; subItem: string | null; share: number; validFrom: string; validTo: string | null }[];
  /** By rising instant; left out where nothing is known to have happened. */
  events?: RegisterEvent[];
}

/** The rules by which a register is read, in canonical units on the register's side of the multiplier. */
export interface RegisterRules {
  modulus: number | undefined;
  ratedPerHour: number | undefined;
  multiplier: number;
}

/** Register rules of a meter. The multiplier is the one in force last; dated changes are decisions of their own. */
export function registerRules(meter: UsageMeter): RegisterRules {
  const factor = unitFactor(meter.medium, meter.registerUnit) ?? 1;
  const inCanonical = (value: number | null): number | undefined => (value === null ? undefined : value * factor);
  return {
    modulus: inCanonical(meter.registerModulus),
    ratedPerHour: inCanonical(meter.ratedMaximum),
    multiplier: meter.multipliers.at(-1)?.multiplier ?? 1,
  };
}

/** Steps a base interval may have, milliseconds: all divide the hour. */
const BASE_STEPS = [900_000, 1_200_000, 1_800_000, 3_600_000];

/** The base step of a meter: the longer of 15 min and its expected interval, at most an hour. */
export function baseStepMs(meter: UsageMeter): number {
  return BASE_STEPS.find((step) => step >= meter.expectedIntervalS * 1000) ?? 3_600_000;
}

/** What of a meter its intervals depend on, as text: meters that agree in it have the same intervals. */
export function accountingKey(meter: UsageMeter): string {
  return JSON.stringify([baseStepMs(meter), meter.expectedIntervalS, registerRules(meter)]);
}
