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

/** Adds an hour of the local date; changes the load, of which the fold holds a copy of its own. */
export function addCoolingHour(load: CoolingLoad, date: string, kw: number): void {
  if (load.date !== date) {
    load.powerKw = load.powerKw.slice(-HOURS_KEPT);
    load.p95Kw = percentile95(load.powerKw);
    load.date = date;
  }
  load.powerKw.push(Math.round(kw * 1000) / 1000);
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
