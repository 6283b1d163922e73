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

/** The base intervals from a resumption to the last reading. `series` holds at least the readings from there on. */
export function recomputeMeter(resumed: Resumption, series: RegisterSeries): BaseUsage {
  const { meter, fromMs, state } = resumed;
  const first = lowerBound(series.times, fromMs);
  return buildIntervals({
    meter: meter.id,
    fromMs,
    stepMs: baseStepMs(meter),
    expectedMs: meter.expectedIntervalS * 1000,
    rules: registerRules(meter),
    state,
    readings: { times: series.times.subarray(first), values: series.values.subarray(first) },
  });
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
