import { accountReading, type AccountState, type Point, type Step } from './account-register.ts';
import type { RegisterPlan, RegisterRules } from './meter-config.ts';

/**
 * Takes the next reading of a meter whose register was installed, replaced or removed: what happened since the last
 * reading first. A reading at the instant of a change is of the register that begins, and its opening register, where
 * somebody read it, stands in its place. Readings before the installation and after the removal count nothing.
 * Mutates `state`, which holds nothing but what readings and changes up to this one say.
 */
export function accountAmongChanges(state: AccountState, reading: Point, plan: RegisterPlan): Step[] {
  const steps = accountChanges(state, reading.atMs, plan);
  const { installedMs = Number.NEGATIVE_INFINITY, removedMs = Number.POSITIVE_INFINITY } = plan;
  if (reading.atMs < installedMs || reading.atMs >= removedMs) {
    state.last = reading;
    state.suspects = [];
    return steps;
  }
  if (state.last?.atMs === reading.atMs) return steps;
  const ofReading = accountReading(state, reading, rulesAt(reading.atMs, plan));
  return steps.length === 0 ? ofReading : [...steps, ...ofReading];
}

/**
 * What happened to the register since the last reading of `state` and up to `untilMs`: usage up to each closing
 * register; then the register counts from its opening, or is new with the next reading. Mutates `state`.
 */
export function accountChanges(state: AccountState, untilMs: number, plan: RegisterPlan): Step[] {
  const latestMs = (state.suspects.at(-1) ?? state.last)?.atMs ?? Number.NEGATIVE_INFINITY;
  const steps: Step[] = [];
  for (const { atMs, closing, opening, before } of plan.changes ?? []) {
    if (atMs < latestMs) continue;
    if (atMs > untilMs) break;
    // The reading at that very instant is of the register that began.
    if (atMs === latestMs && opening === undefined) continue;
    if (atMs > latestMs && closing !== undefined)
      steps.push(...accountReading(state, { atMs, register: closing }, before));
    state.last = opening === undefined ? undefined : { atMs, register: opening };
    state.suspects = [];
  }
  return steps;
}

function rulesAt(ms: number, { rules, changes = [] }: RegisterPlan): RegisterRules {
  return changes.find(({ atMs }) => atMs > ms)?.before ?? rules;
}
