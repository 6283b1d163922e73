import { bug } from '../../domain/errors.ts';
import { unitFactor } from '../../domain/quantity.ts';
import type { MeterSpec } from '../city/spec.ts';
import { type FaultSpec, faultsOf } from '../faults.ts';
import type { Days } from './days.ts';
import { createIntegral, type Integral } from './integral.ts';
import { createMeterLoad, type MeterLoad } from './meter-load.ts';
import { createTemperature } from './room.ts';

/** What a simulated meter shows at any instant: pure functions of city, seed, faults and time. */
export interface MeterModel {
  readonly spec: MeterSpec;
  readonly faults: readonly FaultSpec[];
  /** The name under which the value stands in a message. */
  readonly quantity: 'total' | 'temperature' | 'setpoint';
  /** The register (register units, on its side of the multiplier, wrapped at the modulus), or °C. */
  valueAt(ms: number): number;
  /** kW or m³/h on the register's side of the multiplier; undefined for temperatures. */
  rateAt(ms: number): number | undefined;
}

/** A meter with a register; `subLoads` are those of its sub-meters, which it counts too. */
export function createRegisterModel(
  spec: MeterSpec,
  days: Days,
  seed: number,
  faults: readonly FaultSpec[],
  subs: readonly MeterSpec[] = [],
): MeterModel {
  const loads: MeterLoad[] = [spec, ...subs].map((each) => createMeterLoad(each, days, seed, faults));
  const integral = createIntegral(loads);
  const flowUnit = spec.medium === 'heat' ? 0.0036 : 1;
  return {
    spec,
    faults,
    quantity: 'total',
    valueAt: registerOf(spec, integral, faults),
    rateAt: (ms) => Number((integral.flowAt(ms) / flowUnit / spec.multiplier).toFixed(4)),
  };
}

/** A temperature point. */
export function createTemperatureModel(
  spec: MeterSpec,
  days: Days,
  seed: number,
  faults: readonly FaultSpec[],
): MeterModel {
  return {
    spec,
    faults,
    quantity: spec.measures === 'setpoint' ? 'setpoint' : 'temperature',
    valueAt: createTemperature(spec, days, seed, faults),
    rateAt: () => undefined,
  };
}

function registerOf(spec: MeterSpec, integral: Integral, faults: readonly FaultSpec[]): (ms: number) => number {
  const load = spec.simulation?.load ?? bug(`${spec.id} has no load`);
  const toCanonical = unitFactor(spec.medium, spec.registerUnit ?? '') ?? 1;
  // Counted in last digits of the register, so that the value sent has no more of them.
  const digitsPerUnit = Math.round(1 / (spec.simulation?.resolution ?? 0.01));
  const digitsPerMicro = (1e-6 / toCanonical / spec.multiplier) * digitsPerUnit;
  const modulus = Math.round((spec.registerModulus ?? 0) * digitsPerUnit);
  const [rollover] = faultsOf(faults, 'rollover', spec);
  const yearly = load.annual * 1e6 * digitsPerMicro;
  const opening =
    rollover === undefined
      ? Math.round((spec.simulation?.openingRegister ?? 0) * digitsPerUnit)
      : modulus - Math.round(yearly * (rollover.level ?? 0.35));
  return (ms) => {
    const digits = opening + Math.floor(integral.microAt(ms) * digitsPerMicro);
    const shown = modulus === 0 ? digits : ((digits % modulus) + modulus) % modulus;
    return shown / digitsPerUnit;
  };
}
