import { isSaturated, withinInt64 } from '../../domain/micro.ts';
import { QUALITY_CODE } from '../../domain/quality.ts';
import type { BaseUsage } from '../../storage/series/port.ts';
import { stateToText, type AccountState } from './account-state.ts';
import { intervalCode } from './interval-code.ts';

/** A stretch of time over which usage is known, and the quality of boundaries that lie on its ends and within. */
export interface Stretch {
  fromMs: number;
  toMs: number;
  startQuality: number;
  innerQuality: number;
  endQuality: number;
  /** Millionths used from `fromMs` up to an instant within; 0 at the start, rising. */
  upTo: (ms: number) => bigint;
}

/** The base intervals of a meter while they are made, from `fromMs` on. */
export interface IntervalGrid {
  /** Shares usage out over the intervals that a stretch touches. */
  spread(stretch: Stretch): void;
  /** Keeps the state for the intervals that begin after the last reading and not after `untilMs`. */
  noteState(state: AccountState, untilMs: number): void;
  /** The code and the value of an interval as far as it is made; undefined outside. */
  codeAt(startMs: number): number | undefined;
  valueAt(startMs: number): bigint;
  finish(): BaseUsage;
}

/** `rows` intervals of `stepMs` from `fromMs` on, all of them missing. */
export function createIntervalGrid(
  meter: string,
  { fromMs, stepMs, rows }: { fromMs: number; stepMs: number; rows: number },
): IntervalGrid {
  const values = new BigInt64Array(rows);
  /** Milliseconds of each interval that usage is known for. */
  const covered = new Float64Array(rows);
  /** Quality of the boundary at each interval's start; one more for the end of the last. */
  const boundaries = new Uint8Array(rows + 1).fill(QUALITY_CODE.missing);
  const states: string[] = Array.from({ length: rows }, () => '');
  let noted = 0;

  function mark(boundary: number, quality: number): void {
    if (boundary < boundaries.length) boundaries[boundary] = Math.min(boundaries[boundary]!, quality);
  }

  function codeOf(index: number): number {
    const start = boundaries[index]!;
    if (covered[index] === 0) return intervalCode(QUALITY_CODE.missing, false, start);
    if (isSaturated(values[index]!)) return intervalCode(QUALITY_CODE.estimated, covered[index]! < stepMs, start);
    const known = [start, boundaries[index + 1]!].filter((quality) => quality !== QUALITY_CODE.missing);
    // With neither boundary known the usage lies between two readings inside the interval.
    const quality = known.length === 0 ? QUALITY_CODE.measured : Math.max(...known);
    return intervalCode(quality, covered[index]! < stepMs, start);
  }

  return {
    spread: ({ fromMs: t0, toMs: t1, startQuality, innerQuality, endQuality, upTo }) => {
      // Before what is made here; where it ends on the first boundary that one is known.
      if (t1 <= fromMs) {
        if (t1 === fromMs) mark(0, endQuality);
        return;
      }
      let index = Math.max(0, Math.floor((t0 - fromMs) / stepMs));
      let start = Math.max(t0, fromMs);
      let before = upTo(start);
      if (start === fromMs + index * stepMs) mark(index, start === t0 ? startQuality : innerQuality);
      while (start < t1) {
        const boundary = fromMs + (index + 1) * stepMs;
        const end = Math.min(t1, boundary);
        const used = upTo(end);
        values[index] = withinInt64(values[index]! + used - before);
        covered[index] = covered[index]! + end - start;
        if (end === boundary) mark(index + 1, end === t1 ? endQuality : innerQuality);
        before = used;
        start = end;
        index++;
      }
    },
    noteState: (state, untilMs) => {
      const until = Math.min(rows - 1, Math.floor((untilMs - fromMs) / stepMs));
      if (noted > until) return;
      const text = stateToText(state);
      if (text !== '') states.fill(text, noted, until + 1);
      noted = until + 1;
    },
    codeAt: (startMs) => {
      const index = (startMs - fromMs) / stepMs;
      return Number.isInteger(index) && index >= 0 && index < rows ? codeOf(index) : undefined;
    },
    valueAt: (startMs) => values[(startMs - fromMs) / stepMs]!,
    finish: () => ({
      meter,
      fromMs,
      toMs: fromMs + rows * stepMs,
      starts: Float64Array.from({ length: rows }, (_, index) => fromMs + index * stepMs),
      values,
      qualities: Uint8Array.from({ length: rows }, (_, index) => codeOf(index)),
      states,
    }),
  };
}
