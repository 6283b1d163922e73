import { unitFactor } from '../../../domain/quantity.ts';
import type { MeterModel } from '../../../simulators/load/meter-model.ts';
import { HOUR_MS } from './instants.ts';

/** Use of [fromMs, toMs) in canonical units, as one reads it off the register: rollovers counted, × the multiplier. */
export function registerUse(model: MeterModel, fromMs: number, toMs: number, stepMs = HOUR_MS): number {
  const { spec } = model;
  let use = 0;
  let previous = model.valueAt(fromMs);
  for (let ms = fromMs + stepMs; ms <= toMs; ms += stepMs) {
    const value = model.valueAt(ms);
    use += value >= previous ? value - previous : value - previous + spec.registerModulus!;
    previous = value;
  }
  return use * spec.multiplier * (unitFactor(spec.medium, spec.registerUnit ?? '') ?? 1);
}
