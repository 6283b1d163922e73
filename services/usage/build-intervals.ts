import type { Finding } from '../../domain/finding.ts';
import { accountAmongChanges, accountChanges } from './account-changes.ts';
import { accountReading, finishAccount, type Watch } from './account-register.ts';
import type { Point } from './account-state.ts';
import { gapLimits } from './interval-code.ts';
import { createIntervalGrid } from './interval-grid.ts';
import { findingsFrom, type BuiltUsage, type IntervalInput } from './interval-input.ts';
import { chooseLikeDays, type DayHistory } from './like-days.ts';
import { pointAt } from './readings-that-count.ts';
import { createSpreader, dayHistory } from './spread-usage.ts';

/**
 * The base intervals of a meter from `fromMs` to its last reading, or to what its register showed last when it was
 * replaced or removed behind that, in 64-bit integers: usage between two readings is spread over the boundaries between
 * them, by time, or over a long gap by the shape of like days, so that the intervals sum to the register's difference
 * × the multiplier, to the last digit.
 */
export function buildIntervals(input: IntervalInput): BuiltUsage {
  const { stepMs, fromMs, readings, state, plan, knownToMs = Number.POSITIVE_INFINITY } = input;
  const { rules, changes, believed } = plan;
  const closed = changes?.findLast(({ atMs, closing }) => closing !== undefined && atMs <= knownToMs);
  const lastMs = Math.max(readings.times.at(-1) ?? fromMs, closed?.atMs ?? fromMs, input.untilMs ?? fromMs);
  const rows = Math.max(0, Math.floor((lastMs - fromMs) / stepMs) + 1);
  const grid = createIntervalGrid(input.meter, { fromMs, stepMs, rows });
  const history = input.settings && dayHistory(grid, input, input.settings);
  const spread = createSpreader(grid, input, history);
  const findings: Finding[] = [];
  const watch = createWatch(input, history, findings);
  const isPlain = changes === undefined && believed === undefined;
  const context: { next: Point | undefined; watch: Watch } = { next: undefined, watch };

  if (state.last === undefined && readings.isHiddenBefore === true) state.isHidden = true;
  let reading = readings.times.length === 0 ? undefined : pointAt(readings, 0);
  for (let i = 1; reading !== undefined; i++) {
    const next: Point | undefined = i < readings.times.length ? pointAt(readings, i) : undefined;
    grid.noteState(state, reading.atMs);
    context.next = next;
    const steps = isPlain
      ? accountReading(state, reading, rules, context)
      : accountAmongChanges(state, reading, plan, next, watch);
    for (const step of steps) spread(step);
    reading = next;
  }
  grid.noteState(state, lastMs);
  // Of a copy: a reading that comes later finds the state as the readings left it.
  const atEnd = { ...state };
  if (changes !== undefined) for (const step of accountChanges(atEnd, knownToMs, plan, watch)) spread(step);
  finishAccount(atEnd, watch);
  return { ...grid.finish(), findings: findingsFrom(fromMs, findings) };
}

const DAY_MS = 86_400_000;

function createWatch(
  { stepMs, expectedMs, plan, settings }: IntervalInput,
  history: DayHistory | undefined,
  findings: Finding[],
): Watch {
  const stuckDays = settings?.stuckDays ?? Number.POSITIVE_INFINITY;
  return {
    note: (finding) => void findings.push(finding),
    standsLongMs: stuckDays * DAY_MS,
    longGapMs: gapLimits(stepMs, expectedMs).interpolatedMs,
    // What counts by season may rest: it is at fault where days like those, before, had usage.
    judgeStanding: (sinceMs) => {
      if (plan.mayRest === undefined) return 'stuck';
      const complete = history!.completeBefore(sinceMs);
      let used = 0;
      let day = settings!.days.dayAt(sinceMs);
      for (let number = 0; number < stuckDays; number++) {
        day = settings!.days.dayAt(day.endMs);
        const { level, likeDays } = chooseLikeDays(day, complete);
        const isLike = level === 'same-weekday' || level === 'same-kind-and-season';
        if (isLike && likeDays.some(({ amounts }) => amounts.some((amount) => amount > 0))) used++;
      }
      return used * 2 > stuckDays ? 'stuck' : 'resting';
    },
  };
}
