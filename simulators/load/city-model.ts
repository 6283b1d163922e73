import type { CitySpec, MeterSpec } from '../city/spec.ts';
import type { FaultSpec } from '../faults.ts';
import { createDays } from './days.ts';
import { createRegisterModel, createTemperatureModel, type MeterModel } from './meter-model.ts';

/** Models of every simulated meter of a city, in its order. The same city, seed and faults give the same values. */
export function createCityModel(
  city: CitySpec,
  options: { seed?: number; faults?: readonly FaultSpec[] } = {},
): MeterModel[] {
  const seed = options.seed ?? 1;
  const faults = options.faults ?? city.faults;
  const days = createDays(seed);
  return city.meters
    .filter((meter) => meter.simulation !== undefined)
    .map((meter) => {
      if (meter.medium === 'temperature') return createTemperatureModel(meter, days, seed, faults);
      return createRegisterModel(meter, days, seed, faults, below(city, meter));
    });
}

/** The sub-meters of a meter, and theirs. */
function below(city: CitySpec, { id }: MeterSpec): MeterSpec[] {
  const subs = city.meters.filter((sub) => sub.parentId === id && sub.simulation !== undefined);
  return subs.flatMap((sub) => [sub, ...below(city, sub)]);
}
