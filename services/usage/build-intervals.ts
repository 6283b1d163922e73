import { isSaturated, withinInt64 } from '../../domain/micro.ts';
import { QUALITY_CODE } from '../../domain/quality.ts';
import type { BaseUsage, RegisterSeries } from '../../storage/series/port.ts';
import { accountAmongChanges, accountChanges } from './account-changes.ts';
import { accountReading, stateToText, type AccountState, type Step, type UsageStep } from './account-register.ts';
import { boundaryQuality, gapLimits, intervalCode } from './interval-code.ts';
import type { RegisterPlan } from './meter-config.ts';

/** What {@link buildIntervals} works on. */
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
  readings: Pick<RegisterSeries, 'times' | 'values'>;
  /** Up to where the readings are known; left out: there are no others. */
  knownToMs?: number;
  /** Up to where intervals are made, if only as missing. */
  untilMs?: number;
}

/**
 * The base intervals of a meter from `fromMs` to its last reading, or to what its register showed last when it was
 * replaced or removed behind that, in 64-bit integers: usage between two readings is spread over the boundaries between
 * them by time, so that the intervals sum to the register's difference × the multiplier, to the last digit.
 */
export function buildIntervals(input: IntervalInput): BaseUsage {
  const { stepMs, fromMs, readings, state, plan, knownToMs = Number.POSITIVE_INFINITY } = input;
  const { rules, changes } = plan;
  const closed = changes?.findLast(({ atMs, closing }) => closing !== undefined && atMs <= knownToMs);
  const lastMs = Math.max(readings.times.at(-1) ?? fromMs, closed?.atMs ?? fromMs, input.untilMs ?? fromMs);
  const rows = Math.max(0, Math.floor((lastMs - fromMs) / stepMs) + 1);
  const grid = createGrid(rows, input);

  for (let i = 0; i < readings.times.length; i++) {
    const reading = { atMs: readings.times[i]!, register: readings.values[i]! };
    grid.noteState(state, reading.atMs);
    const steps =
      changes === undefined ? accountReading(state, reading, rules) : accountAmongChanges(state, reading, plan);
    grid.spreadAll(steps);
  }
  grid.noteState(state, lastMs);
  // Of a copy: a reading that comes later finds the state as the readings left it.
  if (changes !== undefined) grid.spreadAll(accountChanges({ ...state }, knownToMs, plan));
  return grid.finish();
}

interface Grid {
  /** Keeps the state for the intervals that begin after the last reading and not after `untilMs`. */
  noteState(state: AccountState, untilMs: number): void;
  spreadAll(steps: readonly Step[]): void;
  finish(): BaseUsage;
}

function createGrid(rows: number, input: IntervalInput): Grid {
  const { fromMs, stepMs } = input;
  const limits = gapLimits(stepMs, input.expectedMs);
  const values = new BigInt64Array(rows);
  /** Milliseconds of each interval that usage is known for. */
  const covered = new Float64Array(rows);
  /** Quality of the boundary at each interval's start; one more for the end of the last. */
  const boundaries = new Uint8Array(rows + 1).fill(QUALITY_CODE.missing);
  const states: string[] = Array.from({ length: rows }, () => '');
  let noted = 0;

  function spread(step: UsageStep): void {
    const { fromMs: t0, toMs: t1 } = step;
    // Before what is made here; where it ends on the first boundary that one is known.
    if (t1 <= fromMs) {
      if (t1 === fromMs) mark(0, QUALITY_CODE.measured);
      return;
    }
    const quality = boundaryQuality(t1 - t0, limits);
    let index = Math.max(0, Math.floor((t0 - fromMs) / stepMs));
    let start = Math.max(t0, fromMs);
    let before = usageUpTo(step, start);
    if (start === fromMs + index * stepMs) mark(index, start === t0 ? QUALITY_CODE.measured : quality);
    while (start < t1) {
      const boundary = fromMs + (index + 1) * stepMs;
      const end = Math.min(t1, boundary);
      const upTo = usageUpTo(step, end);
      values[index] = withinInt64(values[index]! + upTo - before);
      covered[index] = covered[index]! + end - start;
      if (end === boundary) mark(index + 1, end === t1 ? QUALITY_CODE.measured : quality);
      before = upTo;
      start = end;
      index++;
    }
  }

  function mark(boundary: number, quality: number): void {
    if (boundary < boundaries.length) boundaries[boundary] = Math.min(boundaries[boundary]!, quality);
  }

  return {
    spreadAll: (steps) => {
      for (const step of steps) if (step.kind === 'usage') spread(step);
    },
    noteState: (state, untilMs) => {
      const until = Math.min(rows - 1, Math.floor((untilMs - fromMs) / stepMs));
      if (noted > until) return;
      const text = stateToText(state);
      if (text !== '') states.fill(text, noted, until + 1);
      noted = until + 1;
    },
    finish: () => ({
      meter: input.meter,
      fromMs,
      toMs: fromMs + rows * stepMs,
      starts: Float64Array.from({ length: rows }, (_, index) => fromMs + index * stepMs),
      values,
      qualities: Uint8Array.from({ length: rows }, (_, index) => codeAt(index)),
      states,
    }),
  };

  function codeAt(index: number): number {
    const start = boundaries[index]!;
    if (covered[index] === 0) return intervalCode(QUALITY_CODE.missing, false, start);
    if (isSaturated(values[index]!)) return intervalCode(QUALITY_CODE.estimated, covered[index]! < stepMs, start);
    const known = [start, boundaries[index + 1]!].filter((quality) => quality !== QUALITY_CODE.missing);
    // With neither boundary known the usage lies between two readings inside the interval.
    const quality = known.length === 0 ? QUALITY_CODE.measured : Math.max(...known);
    return intervalCode(quality, covered[index]! < stepMs, start);
  }
}

/** What of a step's usage lies before an instant within it: spread by time, between bends each part for itself. */
function usageUpTo({ fromMs, toMs, micro, bends }: UsageStep, atMs: number): bigint {
  if (atMs === fromMs) return 0n;
  if (atMs === toMs) return micro;
  if (bends === undefined) return (micro * BigInt(atMs - fromMs)) / BigInt(toMs - fromMs);
  let [from, to] = [
    { atMs: fromMs, micro: 0n },
    { atMs: toMs, micro },
  ];
  for (const bend of bends) {
    if (bend.atMs <= atMs) from = bend;
    else {
      to = bend;
      break;
    }
  }
  return from.micro + ((to.micro - from.micro) * BigInt(atMs - from.atMs)) / BigInt(to.atMs - from.atMs);
}
