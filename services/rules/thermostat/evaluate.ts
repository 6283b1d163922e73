import type { WorkCalendar } from '../../../domain/work-calendar.ts';
import { valueAt, type DatedValue } from '../dated-value.ts';
import type { Episode, EpisodeKey, Folded } from '../episode.ts';
import type { ThermostatSettings } from '../settings.ts';
import { afterJudged, atSeasonEnd, episodeOfPoint, QUIET_POINT, type PointState } from './point.ts';
import { isCoolingRunning, NO_COOLING_LOAD, addCoolingHour, type CoolingLoad } from './running.ts';
import { judgeHour } from './judge.ts';

const HOUR_MS = 3_600_000;

/** A temperature point whose zone is not exempt by its own nature. */
export interface TemperaturePoint {
  id: string;
  /** What it measures: room, setpoint; outdoor and supply points are not judged. */
  measures: string | null;
  zoneKind: string | null;
}

export interface ThermostatConfig {
  calendar: WorkCalendar;
  settings: ThermostatSettings;
  areaM2: readonly DatedValue[];
  points: readonly TemperaturePoint[];
}

/** Hour means by start of the hour, over whole hours of [fromMs, toMs). What is not there is missing. */
export interface ThermostatWindow {
  fromMs: number;
  toMs: number;
  /** °C by point. */
  roomC: ReadonlyMap<string, ReadonlyMap<number, number>>;
  setpointC: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Power of air conditioning (sub-items B…), kW. */
  coolingKw: ReadonlyMap<number, number>;
  /** The institution's heat usage, GJ. */
  heatGj: ReadonlyMap<number, number>;
  /** The warmest supply of the hour, °C. */
  supplyC: ReadonlyMap<number, number>;
}

/** What the fold carries over from one hour to the next; JSON. */
export interface ThermostatState {
  cooling: CoolingLoad;
  points: Record<string, PointState>;
}

/** The state before any data. */
export const THERMOSTAT_START: ThermostatState = { cooling: NO_COOLING_LOAD, points: {} };

/**
 * Thermostat limits (Art. 20(3)): below 26 °C in the cooling season, above 20 °C in the heating season, sustained. A set
 * temperature always counts; a measured one is a breach (warning) only while cooling or heating is known to run, and
 * otherwise an indication (info). Special zones are exempt and a failed sensor is not judged. The value is the worst hour
 * mean, the waste its degree-hours beyond the limit.
 */
export function evaluateThermostat(
  config: ThermostatConfig,
  window: ThermostatWindow,
  previous: ThermostatState,
): Folded<ThermostatState> {
  const { calendar, settings } = config;
  const { zone } = calendar;
  const judged = config.points.filter((point) => isJudged(point, settings));
  const points: Record<string, PointState> = {};
  for (const { id } of judged) points[id] = structuredClone(previous.points[id] ?? QUIET_POINT);
  const cooling = structuredClone(previous.cooling);
  const episodes: Episode[] = [];

  for (let hour = window.fromMs; hour < window.toMs; hour += HOUR_MS) {
    const { date, season } = calendar.hourAt(hour);
    for (const { id } of judged) {
      if (points[id]!.run !== null && points[id]!.run.season !== season) {
        points[id] = atSeasonEnd(points[id]!, id, hour, zone, episodes);
      }
    }
    if (season === 'none') continue;
    const coolingKw = window.coolingKw.get(hour);
    if (coolingKw !== undefined) addCoolingHour(cooling, date, coolingKw);
    const isAirConditioned =
      coolingKw !== undefined && isCoolingRunning(settings, cooling, valueAt(config.areaM2, zone, hour), coolingKw);
    const isHeated =
      (window.heatGj.get(hour) ?? 0) > 0 || (window.supplyC.get(hour) ?? -Infinity) > settings.runningSupplyC;
    const isRunning = isAirConditioned || (season === 'heating' && isHeated);

    for (const { id } of judged) {
      const values = { roomC: window.roomC.get(id)?.get(hour), setpointC: window.setpointC.get(id)?.get(hour) };
      const verdict = judgeHour(settings, season, values, isRunning);
      if (verdict === undefined) continue;
      points[id] = afterJudged(points[id]!, { settings, zone, id, season, hour, verdict }, episodes);
    }
  }
  for (const { id } of judged) episodes.push(...episodeOfPoint(points[id]!, id, null, zone));
  return { state: { cooling, points }, episodes };
}

/** The episodes before the window that folding on from this state can still change. */
export function carriedByThermostat(state: ThermostatState): EpisodeKey[] {
  return Object.entries(state.points).flatMap(([subject, { run }]) =>
    run === null ? [] : [{ subject, activeSinceMs: run.sinceMs }],
  );
}

function isJudged(point: TemperaturePoint, settings: ThermostatSettings): boolean {
  if (point.measures === 'outdoor' || point.measures === 'supply') return false;
  return point.zoneKind === null || !settings.exemptZoneKinds.some((kind) => kind === point.zoneKind);
}
