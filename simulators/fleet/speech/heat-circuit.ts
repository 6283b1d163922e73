import { bug } from '../../../domain/errors.ts';
import { unitFactor } from '../../../domain/quantity.ts';
import type { MeterModel } from '../../load/meter-model.ts';

/** What a heat meter knows beside its register. */
export interface HeatCircuit {
  powerKw: number;
  flowM3PerHour: number;
  /** Water that has passed, two decimals. */
  volumeM3: number;
  supplyC: number;
  returnC: number;
  hours: number;
}

const SUPPLY_C = 55.2;
const RETURN_C = 41.5;
/** GJ that a cubic metre of water gives up between supply and return. */
const GJ_PER_M3 = 0.0041868 * (SUPPLY_C - RETURN_C);
const KW_IN_GJ_PER_HOUR = 0.0036;

/** The circuit behind a heat register, with the same two temperatures all the time. */
export function heatCircuitOf(model: MeterModel, ms: number): HeatCircuit {
  const factor = unitFactor('heat', model.spec.registerUnit ?? 'GJ') ?? bug(`${model.spec.id} counts no heat`);
  const powerKw = Math.round((model.rateAt(ms) ?? 0) * 100) / 100;
  return {
    powerKw,
    flowM3PerHour: Math.round(((powerKw * KW_IN_GJ_PER_HOUR) / GJ_PER_M3) * 1000) / 1000,
    volumeM3: (Math.floor((model.valueAt(ms) * factor * 100) / GJ_PER_M3) % 100_000_000) / 100,
    supplyC: SUPPLY_C,
    returnC: RETURN_C,
    // Since it was put in: 1 January 2020.
    hours: Math.floor(ms / 3_600_000) - 438_288,
  };
}
