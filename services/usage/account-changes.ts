import {
  accountReading,
  beginWith,
  endRuns,
  settleSuspects,
  type ReadingContext,
  type Step,
  type Watch,
} from './account-register.ts';
import type { AccountState, Point } from './account-state.ts';
import type { RegisterPlan, RegisterRules } from './register-plan.ts';

/**
 * Takes the next reading of a meter whose register was installed, replaced, reset or removed, or of whose readings some
 * are believed by decision: what happened since the last reading first. A reading at the instant of a change is of the
 * register that begins, and its opening register, where somebody read it, stands in its place. Readings before the
 * installation and after the removal count nothing. `next` is the reading behind it, where there is one. Mutates
 * `state`, which holds nothing but what readings and changes up to this one say.
 */
export function accountAmongChanges(
  state: AccountState,
  reading: Point,
  plan: RegisterPlan,
  next?: Point,
  watch?: Watch,
): Step[] {
  const steps = accountChanges(state, reading.atMs, plan, watch);
  const { installedMs = Number.NEGATIVE_INFINITY, removedMs = Number.POSITIVE_INFINITY } = plan;
  if (reading.atMs < installedMs || reading.atMs >= removedMs) {
    settleSuspects(state, 'suspect', watch);
    endRuns(state, watch);
    state.standsFromMs ??= reading.atMs;
    beginWith(state, reading);
    return steps;
  }
  if (state.last?.atMs === reading.atMs) return steps;
  const ofReading = accountReading(state, reading, rulesAt(reading.atMs, plan), {
    next: nextOfRegister(reading.atMs, next, plan),
    watch,
    isBelieved: isBelieved(reading.atMs, plan),
  });
  return steps.length === 0 ? ofReading : [...steps, ...ofReading];
}

/**
 * What happened to the register since the last reading of `state` and up to `untilMs`: usage up to each closing
 * register; then the register counts from its opening, or is new with the next reading. Mutates `state`.
 */
export function accountChanges(state: AccountState, untilMs: number, plan: RegisterPlan, watch?: Watch): Step[] {
  const latestMs = (state.suspects.at(-1) ?? state.last)?.atMs ?? Number.NEGATIVE_INFINITY;
  const steps: Step[] = [];
  for (const { atMs, closing, opening, before } of plan.changes ?? []) {
    if (atMs < latestMs) continue;
    if (atMs > untilMs) break;
    // The reading at that very instant is of the register that began.
    if (atMs === latestMs && opening === undefined) continue;
    if (atMs > latestMs && closing !== undefined)
      steps.push(...accountReading(state, { atMs, register: closing }, before, { watch }));
    settleSuspects(state, 'suspect', watch);
    endRuns(state, watch);
    const isHidden = state.isHidden || state.last?.isApart === true;
    if (atMs === plan.installedMs) state.standsFromMs = undefined;
    if (opening === undefined) {
      state.last = undefined;
      state.isHidden = isHidden;
      state.standing = undefined;
    } else beginWith(state, { atMs, register: opening, ...(isHidden ? { isApart: true } : {}) });
  }
  return steps;
}

/** The rules of the register that counts at an instant. */
export function rulesAt(ms: number, { rules, changes = [] }: RegisterPlan): RegisterRules {
  return changes.find(({ atMs }) => atMs > ms)?.before ?? rules;
}

function isBelieved(ms: number, { believed = [] }: RegisterPlan): boolean {
  return believed.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
}

/** What the same register shows next: a closing register is a reading too. */
function nextOfRegister(ms: number, next: Point | undefined, { changes = [] }: RegisterPlan): ReadingContext['next'] {
  const change = changes.find(({ atMs }) => atMs > ms);
  if (change === undefined || (next !== undefined && next.atMs < change.atMs)) return next;
  return change.closing === undefined ? undefined : { atMs: change.atMs, register: change.closing };
}
