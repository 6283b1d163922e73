import type { Zone } from '../../domain/zone.ts';
import type { BaseUsage, RegisterSeries, SeriesStore } from '../../storage/series/port.ts';
import { stateFromText, type AccountState, type Point } from './account-register.ts';
import { buildIntervals } from './build-intervals.ts';
import { baseStepMs, registerRules, type UsageMeter } from './meter-config.ts';
import { gridFloor } from './periods.ts';

/** From where a meter's intervals must be made anew after readings were written at `touchedMs` or later. */
export interface Resumption {
  meter: UsageMeter;
  fromMs: number;
  state: AccountState;
}

/**
 * Finds where to resume: the interval that holds the last good reading before the touched one, because everything up
 * to the next good reading was interpolated between the two. Undefined for a meter without register readings.
 */
export async function resumption(
  store: SeriesStore,
  zone: Zone,
  meter: UsageMeter,
  touchedMs: number,
): Promise<Resumption | undefined> {
  const row = await store.baseUsageAt(meter.id, touchedMs);
  const state = row && (await stateAt(store, meter.id, row));
  const earlier = state?.last && (await store.baseUsageAt(meter.id, state.last.atMs));
  const resumed = earlier && (await stateAt(store, meter.id, earlier));
  if (earlier !== undefined && resumed !== undefined) return { meter, fromMs: earlier.startMs, state: resumed };

  const first = await store.registerFrom(meter.id, 0);
  if (first === undefined) return undefined;
  return {
    meter,
    fromMs: gridFloor(zone, first.observedAtMs, baseStepMs(meter)),
    state: { last: undefined, suspects: [] },
  };
}

/** Intervals made anew, and from where readings behind the last good one can go on. */
export interface Recomputed {
  block: BaseUsage;
  tail: Tail | undefined;
}

/** The interval that holds a meter's last good reading: readings behind that one change nothing before it. */
export interface Tail {
  lastGoodMs: number;
  /** The interval's start, and the accounting as it stood there. */
  fromMs: number;
  stateText: string;
  lastBefore: Point | undefined;
}

/** Resumes at a tail, where all that was touched lies behind the last good reading. */
export function resumptionAtTail(meter: UsageMeter, tail: Tail, touchedMs: number): Resumption | undefined {
  if (touchedMs <= tail.lastGoodMs) return undefined;
  return { meter, fromMs: tail.fromMs, state: stateFromText(tail.stateText, tail.lastBefore) };
}

/** The base intervals from a resumption to the last reading. `series` holds at least the readings from there on. */
export function recomputeMeter(resumed: Resumption, series: RegisterSeries): Recomputed {
  const { meter, fromMs, state } = resumed;
  const stepMs = baseStepMs(meter);
  const before = state.last;
  const first = lowerBound(series.times, fromMs);
  const block = buildIntervals({
    meter: meter.id,
    fromMs,
    stepMs,
    expectedMs: meter.expectedIntervalS * 1000,
    rules: registerRules(meter),
    state,
    readings: { times: series.times.subarray(first), values: series.values.subarray(first) },
  });
  if (state.last === undefined || state.last.atMs < fromMs) return { block, tail: undefined };
  const row = Math.floor((state.last.atMs - fromMs) / stepMs);
  const rowMs = fromMs + row * stepMs;
  const previous = lowerBound(series.times, rowMs) - 1;
  const lastBefore = previous >= first ? { atMs: series.times[previous]!, register: series.values[previous]! } : before;
  const tail = { lastGoodMs: state.last.atMs, fromMs: rowMs, stateText: block.states[row] ?? '', lastBefore };
  return { block, tail };
}

async function stateAt(
  store: SeriesStore,
  meter: string,
  row: { startMs: number; state: string },
): Promise<AccountState | undefined> {
  const before = await store.registerBefore(meter, row.startMs);
  const last: Point | undefined = before && { atMs: before.observedAtMs, register: before.value };
  return last === undefined && row.state === '' ? undefined : stateFromText(row.state, last);
}

function lowerBound(times: Float64Array, value: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
