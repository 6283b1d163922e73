import { gapLimits } from './interval-code.ts';
import type { IntervalInput } from './interval-input.ts';
import type { RegisterPlan } from './register-plan.ts';

/** Canonical units. */
const MOST_OF_A_STEP = 1e8;
const DAY_MS = 86_400_000;

/**
 * From which instant on {@link IntervalInput.history} is needed to make these intervals; undefined where it is not: no
 * gap is long enough to be estimated, and no register that may rest has stood for long. It looks at the readings only,
 * and rather asks for too much than for too little.
 */
export function needsHistory(input: IntervalInput): number | undefined {
  const { state, readings, stepMs, expectedMs, plan, settings, fromMs } = input;
  // Without a reading before there are no intervals before.
  if (settings === undefined || state.last === undefined) return undefined;
  const longMs = gapLimits(stepMs, expectedMs).interpolatedMs;
  const standsMs = plan.mayRest === undefined ? Number.POSITIVE_INFINITY : settings.stuckDays * DAY_MS;
  let standsFromMs = state.standing === undefined ? (state.standsFromMs ?? Infinity) : Infinity;
  const fromWeeksBefore = (ms: number): number | undefined => {
    // Behind the gap the register may have stood for long.
    const dayMs = settings.days.dayAt(plan.mayRest === undefined ? ms : Math.min(ms, standsFromMs)).startMs;
    const firstMs = settings.days.dayAt(dayMs - settings.likeDayWeeks * 7 * DAY_MS).startMs;
    return firstMs < fromMs ? firstMs : undefined;
  };
  if (readings.isRegister === false) return longAmountMs(input, longMs, fromWeeksBefore);
  // Readings that are left out may make a gap of what has none.
  if (state.suspects.length > 0) return fromWeeksBefore(state.last.atMs);
  const { times, values } = readings;
  const most = mostOf(plan);
  let [atMs, register] = [state.last.atMs, state.last.register];
  for (let i = 0; i < times.length; i++) {
    const [time, value] = [times[i]!, values[i]!];
    const rise = value - register;
    const isDoubtful = rise < 0 || rise > most.step || rise > most.perMs * (time - atMs);
    if (time - atMs > longMs || isDoubtful) return fromWeeksBefore(atMs);
    if (rise !== 0) standsFromMs = time;
    else if (time - standsFromMs >= standsMs) return fromWeeksBefore(standsFromMs);
    [atMs, register] = [time, value];
  }
  // A closing register that somebody read is a reading too.
  const isClosedLater = plan.changes?.some((change) => change.closing !== undefined && change.atMs > atMs + longMs);
  return isClosedLater === true ? fromWeeksBefore(atMs) : undefined;
}

/** Of amounts only one that says that it is of a long time is shaped; rates are not. */
function longAmountMs(
  { readings: { times, froms }, state }: IntervalInput,
  longMs: number,
  fromWeeksBefore: (ms: number) => number | undefined,
): number | undefined {
  if (froms === undefined) return undefined;
  for (let i = 0, endedMs = state.last!.atMs; i < times.length; endedMs = times[i]!, i++) {
    const startMs = Math.max(froms[i]!, endedMs);
    if (times[i]! - startMs > longMs) return fromWeeksBefore(startMs);
  }
  return undefined;
}

/** The least by which a register may not rise at any time of its life, at once or in a millisecond. */
function mostOf({ rules, changes = [] }: RegisterPlan): { step: number; perMs: number } {
  const rated = [rules, ...changes.map(({ before }) => before)].map(({ ratedPerHour }) => ratedPerHour ?? Infinity);
  const multipliers = [rules, ...(rules.multipliersFrom ?? [])].map(({ multiplier }) => multiplier);
  return { step: MOST_OF_A_STEP / Math.max(...multipliers), perMs: Math.min(...rated) / 3_600_000 };
}
