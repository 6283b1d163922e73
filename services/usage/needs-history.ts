import { gapLimits } from './interval-code.ts';
import type { IntervalInput } from './interval-input.ts';

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
  const fromWeeksBefore = (ms: number): number | undefined => {
    const firstMs = settings.days.dayAt(ms - settings.likeDayWeeks * 7 * DAY_MS).startMs;
    return firstMs < fromMs ? firstMs : undefined;
  };
  // Readings that are left out may make a gap of what has none.
  if (state.suspects.length > 0) return fromWeeksBefore(state.last.atMs);
  const isRated = plan.rules.ratedPerHour !== undefined || plan.changes !== undefined;
  const { times, values } = readings;
  let [atMs, register] = [state.last.atMs, state.last.register];
  let standsFromMs = state.standing === undefined ? (state.standsFromMs ?? atMs) : Number.POSITIVE_INFINITY;
  for (let i = 0; i < times.length; i++) {
    const [time, value] = [times[i]!, values[i]!];
    const rate = (value - register) / (time - atMs);
    if (time - atMs > longMs || value < register || (isRated && rate > mostPerMs(input))) return fromWeeksBefore(atMs);
    if (value !== register) standsFromMs = time;
    else if (time - standsFromMs >= standsMs) return fromWeeksBefore(standsFromMs);
    [atMs, register] = [time, value];
  }
  return undefined;
}

/** The least that any rated maximum of the register's life allows. */
function mostPerMs({ plan: { rules, changes = [] } }: IntervalInput): number {
  const rated = [rules, ...changes.map(({ before }) => before)].map(({ ratedPerHour }) => ratedPerHour ?? Infinity);
  return Math.min(...rated) / 3_600_000;
}
