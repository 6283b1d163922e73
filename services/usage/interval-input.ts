import type { Finding } from '../../domain/finding.ts';
import type { BaseUsage } from '../../storage/series/port.ts';
import type { AccountState } from './account-state.ts';
import type { CountedReadings } from './readings-that-count.ts';
import type { RegisterPlan } from './register-plan.ts';
import type { BaseRun } from './sum-periods.ts';
import type { UsageSettings } from './usage-settings.ts';

/** What the base intervals of a meter are made of. */
export interface IntervalInput {
  meter: string;
  /** Start of the first interval to make, on the grid of `stepMs`. */
  fromMs: number;
  stepMs: number;
  expectedMs: number;
  plan: RegisterPlan;
  /** The accounting as it stood at `fromMs`, of readings before it. Mutated. */
  state: AccountState;
  /** Readings from `fromMs` on, by rising device time. */
  readings: CountedReadings;
  /** Up to where the readings are known; left out: there are no others. */
  knownToMs?: number;
  /** Up to where intervals are made, if only as missing. */
  untilMs?: number;
  /** Left out: gaps are filled flat, and no register is found stuck. */
  settings?: UsageSettings;
  /** Base intervals before `fromMs`, from where `needsHistory` says on; left out: there are none. */
  history?: BaseRun;
}

/** Base intervals, and what was found while they were made. */
export interface BuiltUsage extends BaseUsage {
  /** By rising end, all of them at `fromMs` or later: they replace what was found from there on. */
  findings: Finding[];
}

/** The findings that belong to what was made from an instant on, in their order. */
export function findingsFrom(fromMs: number, findings: readonly Finding[]): Finding[] {
  return findings
    .filter(({ toMs }) => toMs >= fromMs)
    .sort((a, b) => a.toMs - b.toMs || a.fromMs - b.fromMs || (a.kind < b.kind ? -1 : 1));
}
