import { accountAmongChanges, accountChanges } from '../usage/account-changes.ts';
import type { Step, UsageStep } from '../usage/account-register.ts';
import type { AccountState, Point } from '../usage/account-state.ts';
import { pointAt, type CountedReadings } from '../usage/readings-that-count.ts';
import type { RegisterPlan } from '../usage/register-plan.ts';

/** What the accounting of a register does, in the order in which it does it. */
export type Traced =
  | UsageStep
  /** The register stands on a new level; nothing counts in between. */
  | { kind: 'break'; fromMs: number; toMs: number }
  /** A reading that does not follow from those before it, or one outside of the meter's life. */
  | { kind: 'left-out'; point: Point; reason: 'suspect' | 'not-installed' };

/** What is traced: see `IntervalInput` of services/usage. */
export interface TraceInput {
  /** Mutated. */
  state: AccountState;
  readings: CountedReadings;
  plan: RegisterPlan;
  /** Up to where the readings are known. */
  knownToMs: number;
}

/** Runs the accounting of a register over readings as the making of its intervals does, and tells what it does. */
export function* traceRegister({ state, readings, plan, knownToMs }: TraceInput): Generator<Traced> {
  const { installedMs = Number.NEGATIVE_INFINITY, removedMs = Number.POSITIVE_INFINITY } = plan;
  let waiting: Point[] = [...state.suspects];

  // Who waited and is passed over counts nowhere; who bounds usage did not wait in vain.
  function* told(steps: readonly Step[]): Generator<Traced> {
    for (const step of steps) {
      const { kind, fromMs, toMs } = step;
      for (const point of waiting)
        if (point.atMs < toMs && (kind === 'break' || point.atMs !== fromMs))
          yield { kind: 'left-out', point, reason: 'suspect' };
      waiting = waiting.filter(({ atMs }) => (kind === 'break' ? atMs >= toMs : atMs > toMs));
      yield step;
    }
  }

  if (state.last === undefined && readings.isHiddenBefore === true) state.isHidden = true;
  for (let i = 0; i < readings.times.length; i++) {
    const reading = pointAt(readings, i);
    const next = i + 1 < readings.times.length ? pointAt(readings, i + 1) : undefined;
    const isInstalled = reading.atMs >= installedMs && reading.atMs < removedMs;
    const steps = accountAmongChanges(state, reading, plan, next);
    // As nearly always: it follows from the one before.
    if (waiting.length === 0 && steps.length === 1 && steps[0]!.toMs === reading.atMs && state.last === reading) {
      yield steps[0]!;
      continue;
    }
    if (isInstalled) waiting.push(reading);
    yield* told(steps);
    if (!isInstalled) yield { kind: 'left-out', point: reading, reason: 'not-installed' };
    // It is the first of its register, or stands for one that somebody gave.
    else if (state.last?.atMs === reading.atMs) waiting = waiting.filter(({ atMs }) => atMs > reading.atMs);
  }
  // Of a copy: a reading that comes later finds the state as the readings left it.
  yield* told(accountChanges({ ...state }, knownToMs, plan));
  for (const point of waiting) yield { kind: 'left-out', point, reason: 'suspect' };
}
