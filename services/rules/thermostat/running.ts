import type { ThermostatSettings } from '../settings.ts';

const HOURS_KEPT = 28 * 24;
/** A day of data: with less, the percentile says nothing and the floor alone decides. */
const MINIMUM_HOURS = 24;

/** The power that air conditioning had over the last 28 days of data in season; JSON. */
export interface CoolingLoad {
  /** Hour means, kW, oldest first. */
  powerKw: number[];
  /** 95th percentile of it, taken anew with every local day. */
  p95Kw: number | null;
  date: string;
}

/** The load before any data. */
export const NO_COOLING_LOAD: CoolingLoad = { powerKw: [], p95Kw: null, date: '' };

/** The load with one more hour of the local date; the input is not changed. */
export function withCoolingHour(load: CoolingLoad, date: string, kw: number): CoolingLoad {
  const powerKw = [...load.powerKw.slice(1 - HOURS_KEPT), Math.round(kw * 1000) / 1000];
  if (load.date === date) return { ...load, powerKw };
  return { powerKw, p95Kw: percentile95(load.powerKw), date };
}

/** Whether air conditioning at that power runs rather than idles. */
export function isCoolingRunning(
  settings: ThermostatSettings,
  load: CoolingLoad,
  areaM2: number | null,
  kw: number,
): boolean {
  const floorKw = (settings.runningFloorWattsPerM2 * (areaM2 ?? 0)) / 1000;
  // The floor keeps an idle unit's own draw from counting when it has drawn nothing else for weeks.
  return kw > Math.max(floorKw, settings.runningShare * (load.p95Kw ?? 0), 0);
}

function percentile95(values: readonly number[]): number | null {
  if (values.length < MINIMUM_HOURS) return null;
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(0.95 * sorted.length) - 1]!;
}
