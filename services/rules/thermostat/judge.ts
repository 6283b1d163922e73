import type { ThermostatSettings } from '../settings.ts';

/** What one hour of a point says about Art. 20(3). */
export interface Verdict {
  /** `hold`: within the limit, but not by the hysteresis, or not known to matter to a breach. */
  level: 'breach' | 'indication' | 'hold' | 'within';
  /** Whether an hour within the limit was one in which the system is known to run, or is set. */
  isRunning: boolean;
  /** What was judged: the set temperature where there is one that counts, °C. */
  valueC: number;
  basis: 'setpoint' | 'room';
  limitC: number;
  /** °C beyond the limit, 0 within. */
  excessC: number;
}

/** Judges one hour; undefined where there is no plausible value. */
export function judgeHour(
  settings: ThermostatSettings,
  season: 'heating' | 'cooling',
  values: { roomC: number | undefined; setpointC: number | undefined },
  isRunning: boolean,
): Verdict | undefined {
  const limitC = season === 'cooling' ? settings.coolingMinimumC : settings.heatingMaximumC;
  const excessOf = (valueC: number): number => (season === 'cooling' ? limitC - valueC : valueC - limitC);
  const setpointC = plausible(settings, values.setpointC);
  const roomC = plausible(settings, values.roomC);

  if (setpointC !== undefined && excessOf(setpointC) > 0) {
    return {
      level: 'breach',
      isRunning: true,
      valueC: setpointC,
      basis: 'setpoint',
      limitC,
      excessC: excessOf(setpointC),
    };
  }
  if (roomC !== undefined) {
    const excessC = excessOf(roomC);
    const known = isRunning || setpointC !== undefined;
    const common = { isRunning: known, valueC: roomC, basis: 'room' as const, limitC };
    if (excessC > 0) return { ...common, level: isRunning ? 'breach' : 'indication', excessC };
    // A measured temperature swings around its limit, a set one does not: only it has hysteresis.
    return { ...common, level: -excessC >= settings.hysteresisC ? 'within' : 'hold', excessC: 0 };
  }
  if (setpointC === undefined) return undefined;
  return { level: 'within', isRunning: true, valueC: setpointC, basis: 'setpoint', limitC, excessC: 0 };
}

function plausible({ plausibleC }: ThermostatSettings, valueC: number | undefined): number | undefined {
  return valueC !== undefined && valueC >= plausibleC.from && valueC <= plausibleC.to ? valueC : undefined;
}
