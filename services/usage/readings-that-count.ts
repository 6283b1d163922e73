import type { RegisterSeries } from '../../storage/series/port.ts';
import type { Point } from './account-state.ts';
import type { RegisterPlan, Span } from './register-plan.ts';

/** Readings of a meter by rising device time, as the accounting takes them. */
export interface CountedReadings extends Pick<RegisterSeries, 'times' | 'values'> {
  /** Of amounts: where each begins, NaN where it does not say. */
  froms?: Float64Array;
  /** Bits of each: {@link MANUAL}, {@link APART}; left out where all are 0. */
  marks?: Uint8Array;
  /** Readings that are left out stand before the first. */
  isHiddenBefore?: boolean;
  /** They are amounts or rates. */
  isRegister?: false;
}

/** A person gave it. */
const MANUAL = 1;
/** The store's last reading before the next of these is another one. */
const APART = 2;

/**
 * Stored readings without those that decisions leave out, and with those that people gave. A stored reading stands
 * before one that a person read at the same instant; what a decision gave stands before both. `registers`: whether they
 * are readings of a register; amounts and rates have nothing given among them. Without any of it the readings
 * of a register themselves come back.
 */
export function readingsThatCount(stored: CountedReadings, plan: RegisterPlan, registers = true): CountedReadings {
  const { leftOut, given = [] } = plan;
  if (leftOut === undefined && !registers) return { ...stored, isRegister: false };
  if (leftOut === undefined && given.length === 0) return stored;
  const readings = stored.times.length;
  const times: number[] = [];
  const values: number[] = [];
  const froms: number[] = [];
  const marks: number[] = [];
  let isHiddenBefore = false;
  let next = 0;

  function give(untilMs: number): void {
    for (; registers && next < given.length && given[next]!.atMs < untilMs; next++) {
      const { atMs, register, isDecided } = given[next]!;
      if (!isDecided && isWithin(atMs, leftOut)) continue;
      push(atMs, register, MANUAL | APART);
    }
  }
  function push(atMs: number, value: number, mark: number, from = Number.NaN): void {
    times.push(atMs);
    values.push(value);
    froms.push(from);
    marks.push(mark);
  }

  for (let i = 0; i < readings; i++) {
    const atMs = stored.times[i]!;
    give(atMs);
    const isGiven = registers && given[next]?.atMs === atMs;
    if (isWithin(atMs, leftOut)) {
      if (times.length === 0) isHiddenBefore = true;
      else marks[marks.length - 1] = marks.at(-1)! | APART;
      continue;
    }
    // A decided register stands within what its decision leaves out, so this one is somebody's beside a stored one.
    if (isGiven) next++;
    push(atMs, stored.values[i]!, 0, stored.froms?.[i]);
  }
  give(Number.POSITIVE_INFINITY);
  return {
    times: Float64Array.from(times),
    values: Float64Array.from(values),
    ...(stored.froms === undefined ? {} : { froms: Float64Array.from(froms) }),
    marks: Uint8Array.from(marks),
    isHiddenBefore,
    ...(registers ? {} : { isRegister: false }),
  };
}

/** The readings from an instant on. */
export function readingsFrom(readings: CountedReadings, fromMs: number): CountedReadings {
  const first = firstAtOrAfter(readings.times, fromMs);
  if (first === 0) return readings;
  const { times, values, froms, marks, isRegister } = readings;
  return {
    ...(isRegister === undefined ? {} : { isRegister }),
    times: times.subarray(first),
    values: values.subarray(first),
    ...(froms === undefined ? {} : { froms: froms.subarray(first) }),
    ...(marks === undefined ? {} : { marks: marks.subarray(first) }),
  };
}

/** One of the readings. */
export function pointAt({ times, values, marks }: CountedReadings, index: number): Point {
  const mark = marks?.[index] ?? 0;
  const point: Point = { atMs: times[index]!, register: values[index]! };
  if (mark & MANUAL) point.isManual = true;
  if (mark & APART) point.isApart = true;
  return point;
}

function isWithin(ms: number, spans: readonly Span[] = []): boolean {
  return spans.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
}

function firstAtOrAfter(times: Float64Array, ms: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
