import type { Zone } from '../../domain/zone.ts';
import { stateFromText, type Point } from './account-state.ts';
import type { BuiltUsage, IntervalInput } from './interval-input.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { readingsFrom, readingsThatCount, type CountedReadings } from './readings-that-count.ts';
import { registerPlan } from './register-plan.ts';
import type { Resumption } from './resumptions.ts';
import type { UsageSettings } from './usage-settings.ts';
import { USAGE_BUILDERS, type UsageSource } from './usage-source.ts';

/** Intervals made anew, and from where readings behind the last good one can go on. */
export interface Recomputed {
  block: BuiltUsage;
  tail: Tail | undefined;
}

/** The interval from which on readings behind a meter's last good one may change something. */
export interface Tail {
  source: UsageSource;
  lastGoodMs: number;
  /** The interval's start, and the accounting as it stood there. */
  fromMs: number;
  stateText: string;
  lastBefore: Point | undefined;
}

/** Resumes at a tail, where all that was touched lies behind the last good reading. */
export function resumptionAtTail(meter: UsageMeter, tail: Tail, touchedMs: number): Resumption | undefined {
  if (touchedMs <= tail.lastGoodMs) return undefined;
  const { source, fromMs, lastGoodMs } = tail;
  return { meter, source, fromMs, state: stateFromText(tail.stateText, tail.lastBefore), lastGoodMs };
}

/** What the base intervals from a resumption to the last reading are made of. `stored`: at least the readings from there on. */
export function intervalInput(
  resumed: Resumption,
  stored: CountedReadings,
  zone: Zone,
  settings: UsageSettings,
): IntervalInput {
  const { meter, fromMs, source } = resumed;
  const plan = registerPlan(meter, zone);
  const given = plan.given?.filter(({ atMs }) => atMs >= fromMs);
  const { given: _, ...rest } = plan;
  const counted = given === undefined || given.length === 0 ? rest : { ...rest, given };
  const readings = readingsThatCount(readingsFrom(stored, fromMs), counted, source === 'total');
  // A copy: the same resumption may be worked on again.
  const state = { ...resumed.state };
  if (state.last !== undefined && readings.isHiddenBefore === true) state.last = { ...state.last, isApart: true };
  return {
    meter: meter.id,
    fromMs,
    stepMs: baseStepMs(meter),
    expectedMs: meter.expectedIntervalS * 1000,
    plan,
    ...(resumed.untilMs === undefined ? {} : { untilMs: resumed.untilMs }),
    state,
    readings,
    settings,
  };
}

/** Makes the intervals; `stored` as the input was made of them. */
export function recomputeMeter(resumed: Resumption, stored: CountedReadings, input: IntervalInput): Recomputed {
  const { source, fromMs } = resumed;
  const { state, stepMs } = input;
  const block = USAGE_BUILDERS[source](input);
  if (state.last === undefined || state.last.atMs < fromMs) return { block, tail: undefined };
  // With no good reading since, it is where it was.
  const anchorMs = Math.max(fromMs, state.anchor?.atMs ?? fromMs);
  const row = Math.floor((anchorMs - fromMs) / stepMs);
  const rowMs = fromMs + row * stepMs;
  const { times, values } = readingsFrom(stored, fromMs);
  const previous = times.findLastIndex((time) => time < rowMs);
  const lastBefore = previous < 0 ? resumed.state.last : { atMs: times[previous]!, register: values[previous]! };
  const stateText = block.states[row] ?? '';
  return { block, tail: { source, lastGoodMs: state.last.atMs, fromMs: rowMs, stateText, lastBefore } };
}
