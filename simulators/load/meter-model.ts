import { bug } from '../../domain/errors.ts';
import { unitFactor } from '../../domain/quantity.ts';
import type { MeterSpec } from '../city/spec.ts';
import { type FaultSpec, faultsOf, isFaultDate } from '../faults.ts';
import type { Days } from './days.ts';
import { createIntegral, type Integral } from './integral.ts';
import { CHINA_OFFSET_MS, dayIndexOf, dayStartOf, ORIGIN_DAY, QUARTER_MS } from './local-days.ts';
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

const GLITCH_MS = 11 * 3_600_000;
/** Years of the simulation over which meters are replaced. */
const SWAP_YEARS = 30;

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
  const lastSwapMs = swapsOf(faultsOf(faults, 'swap', spec));
  const isGlitch = glitchesOf(faultsOf(faults, 'glitch', spec));
  const counted = (ms: number): number => opening + Math.floor(integral.microAt(ms) * digitsPerMicro);
  let begun = { ms: Number.NaN, digits: 0 };
  return (ms) => {
    if (isGlitch?.(ms) === true) return 0;
    const begunMs = lastSwapMs?.(ms);
    if (begunMs !== undefined && begunMs !== begun.ms) begun = { ms: begunMs, digits: counted(begunMs) };
    const digits = counted(ms) - (begunMs === undefined ? 0 : begun.digits);
    const shown = modulus === 0 ? digits : ((digits % modulus) + modulus) % modulus;
    return shown / digitsPerUnit;
  };
}

/** Tells the readings of 0: for a quarter of an hour from 11 o'clock on the fault's days. */
function glitchesOf([fault]: readonly FaultSpec[]): ((ms: number) => boolean) | undefined {
  if (fault === undefined) return undefined;
  return (ms) => {
    const ofDay = ms - dayStartOf(dayIndexOf(ms));
    if (ofDay < GLITCH_MS || ofDay >= GLITCH_MS + QUARTER_MS) return false;
    return isFaultDate(fault, new Date(ms + CHINA_OFFSET_MS).toISOString().slice(0, 10));
  };
}

/** Tells when the meter that hangs there at an instant was put in, 10 o'clock of its day; undefined for the first. */
function swapsOf([fault]: readonly FaultSpec[]): ((ms: number) => number | undefined) | undefined {
  if (fault === undefined) return undefined;
  const days = fault.windows?.flatMap((window) => ('yearly' in window ? [window.yearly[0]] : [])) ?? [];
  const first = new Date(dayStartOf(ORIGIN_DAY) + CHINA_OFFSET_MS).getUTCFullYear();
  const swaps = Array.from({ length: SWAP_YEARS }, (_, index) =>
    days.map((day) => Date.parse(`${first + index}-${day}T10:00:00+08:00`)),
  ).flat();
  swaps.sort((a, b) => a - b);
  return (ms) => swaps.findLast((at) => at <= ms);
}
