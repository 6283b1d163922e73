import type { MeterSpec } from '../city/spec.ts';
import { type FaultSpec, faultsOf, isFaultDate } from '../faults.ts';
import type { Day, Days } from './days.ts';
import { dayIndexOf, dayStartOf, QUARTER_MS } from './local-days.ts';
import { noiseAt, seedOf } from './seeded.ts';

/** °C at an instant. */
export type Temperature = (ms: number) => number;

/**
 * A room's temperature, or its thermostat's setpoint. Kept within the law (Art. 20(3)): not above 20 °C while heating,
 * not below 26 °C while cooling; archives and wards have their own climate; the fault `thermostat` breaks it.
 */
export function createTemperature(
  meter: MeterSpec,
  days: Days,
  seed: number,
  faults: readonly FaultSpec[],
): Temperature {
  const own = seedOf(meter.id, seed);
  const wrong = faultsOf(faults, 'thermostat', meter);
  return (ms) => {
    const day = days.of(dayIndexOf(ms));
    const quarter = Math.floor((ms - dayStartOf(day.index)) / QUARTER_MS);
    const faulty = meter.zoneKind !== 'special' && wrong.some((fault) => isFaultDate(fault, day.date));
    if (meter.measures === 'setpoint') return setpoint(day, faulty);
    const drift = 0.2 * noiseAt(own, day.index) + 0.1 * noiseAt(own + 1, day.index * 96 + quarter);
    const celsius = meter.zoneKind === 'special' ? 22 : room(day, quarter, faulty);
    return Math.round((celsius + drift) * 10) / 10;
  };
}

function setpoint(day: Day, faulty: boolean): number {
  if (day.month >= 5 && day.month <= 9) return faulty ? 22 : 26.5;
  return faulty ? 24 : 19;
}

function room(day: Day, quarter: number, faulty: boolean): number {
  const staffed = quarter >= 32 && quarter < 72;
  const afternoon = staffed ? 0.3 : 0;
  if (day.heating) return faulty ? 23.4 + 2 * afternoon : 19 + afternoon;
  if (day.cooling) return faulty && staffed && day.workday ? 23 : 26.6 + afternoon;
  // Between the seasons a building follows the weather slowly.
  const mean = (day.outdoorC[0]! + day.outdoorC[48]!) / 2;
  return Math.min(26, Math.max(19, 15 + 0.5 * mean)) + afternoon;
}
