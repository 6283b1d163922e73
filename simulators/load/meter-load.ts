import { bug } from '../../domain/errors.ts';
import { MICRO } from '../../domain/micro.ts';
import type { LoadSpec, MeterSpec } from '../city/spec.ts';
import { type FaultSpec, faultsOf, isFaultDate } from '../faults.ts';
import type { Day, Days } from './days.ts';
import { ORIGIN_DAY, QUARTERS } from './local-days.ts';
import { noiseAt, seedOf } from './seeded.ts';
import { type Shape, shapeOf } from './shape.ts';

/** Amounts of a load, as a pure function of the day. */
export interface MeterLoad {
  /**
   * Amount of each quarter hour in whole millionths of the canonical unit (kWh, m³, GJ). Whole numbers, so that sums
   * do not depend on their order. The array is overwritten by the next call.
   */
  quartersOf(dayIndex: number): Float64Array;
}

const NOISE: Record<LoadSpec['use'], number> = {
  general: 0.06,
  lighting: 0.05,
  'air-conditioning': 0.1,
  plant: 0.08,
  lift: 0.2,
  'server-room': 0.01,
  canteen: 0.12,
  pump: 0.15,
  water: 0.25,
  heat: 0.04,
};
/** A year to set the scale of a load by. */
const YEAR_DAYS = 365;
/** Standby holds from here on in the evening, until then in the morning (quarter hours), and all of a day off. */
const CORE_FROM = 9 * 4;
const CORE_TO = 17 * 4;
/** Rooms at 24 °C instead of 19 °C cost this much heat. */
const OVERHEATING = 1.12;

/** The load of one register, its sub-meters not included; `faults` may be the whole city's. */
export function createMeterLoad(meter: MeterSpec, days: Days, seed: number, faults: readonly FaultSpec[]): MeterLoad {
  const load = meter.simulation?.load ?? bug(`${meter.id} has no load`);
  const shape = shapeOf(load);
  const values = new Float64Array(QUARTERS);
  const scale = scaleOf(load, shape, days, values);
  const own = seedOf(meter.id, seed);
  const spread = NOISE[load.use];
  const faulty = faultOf(meter, load, shape, scale, own, faults);

  return {
    quartersOf(dayIndex) {
      const day = days.of(dayIndex);
      shape(day, values);
      const level = scale * (1 + 0.04 * noiseAt(own + 1, dayIndex));
      for (let quarter = 0; quarter < QUARTERS; quarter++)
        values[quarter] = values[quarter]! * level * (1 + spread * noiseAt(own, dayIndex * QUARTERS + quarter));
      faulty(day, values);
      for (let quarter = 0; quarter < QUARTERS; quarter++) values[quarter] = Math.round(values[quarter]! * MICRO);
      return values;
    },
  };
}

/** Amount of a quarter hour at shape 1, such that the origin's year sums to the annual amount. */
function scaleOf(load: LoadSpec, shape: Shape, days: Days, scratch: Float64Array): number {
  let sum = 0;
  for (let day = 0; day < YEAR_DAYS; day++) {
    shape(days.of(ORIGIN_DAY + day), scratch);
    for (const value of scratch) sum += value;
  }
  return load.annual / sum;
}

/** What the faults do to a day's amounts, in place. */
function faultOf(
  meter: MeterSpec,
  load: LoadSpec,
  shape: Shape,
  scale: number,
  own: number,
  faults: readonly FaultSpec[],
): (day: Day, values: Float64Array) => void {
  const electricity = meter.medium === 'electricity';
  const breaches = electricity ? faultsOf(faults, 'quota-breach', meter) : [];
  const standbys = electricity && load.use !== 'server-room' ? faultsOf(faults, 'standby', meter) : [];
  const leaks = meter.medium === 'water' ? faultsOf(faults, 'leak', meter) : [];
  const thermostats = meter.medium === 'heat' ? faultsOf(faults, 'thermostat', meter) : [];
  const workday = new Float64Array(QUARTERS);

  function holdStandby(day: Day, values: Float64Array, level: number): void {
    shape(day, workday, true);
    let core = 0;
    for (let quarter = CORE_FROM; quarter < CORE_TO; quarter++) core += workday[quarter]!;
    const floor = (core / (CORE_TO - CORE_FROM)) * scale * level * (1 + 0.1 * noiseAt(own + 2, day.index));
    // At every hour: what is never switched off does not fall while people come and go.
    for (let quarter = 0; quarter < QUARTERS; quarter++) values[quarter] = Math.max(values[quarter]!, floor);
  }

  return (day, values) => {
    for (const fault of standbys) if (isFaultDate(fault, day.date)) holdStandby(day, values, fault.level ?? 0.7);
    for (const fault of breaches) if (isFaultDate(fault, day.date)) multiply(values, fault.level ?? 1.35);
    for (const fault of leaks) if (isFaultDate(fault, day.date)) add(values, (fault.level ?? 0.5) / 4);
    for (const fault of thermostats) if (isFaultDate(fault, day.date)) multiply(values, OVERHEATING);
  };
}

function multiply(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! * factor;
}

function add(values: Float64Array, amount: number): void {
  for (let i = 0; i < values.length; i++) values[i] = values[i]! + amount;
}
