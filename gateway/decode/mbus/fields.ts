import type { DataRecord } from './record.ts';
import { addRegister, amountIn, createRegisterSet, sumOfTariffs, type RegisterSet } from './register-set.ts';

const ELECTRICITY = 0x02;
const HEAT_AND_COOLING = 0x0d;
/** Oil, gas, warm water, water, compressed air, hot and cold water, two-register water, waste water. */
const COUNTING_VOLUME = new Set([0x01, 0x03, 0x06, 0x07, 0x09, 0x15, 0x16, 0x17, 0x28]);
/** Heat and cooling, whose volume is not what they bill. */
const COUNTING_ENERGY = new Set([0x02, 0x04, 0x0a, 0x0b, 0x0c, 0x0d]);
const PHASES = ['', 'A', 'B', 'C'] as const;

/** Collects records into the fields of a reading. */
export interface FieldCollector {
  add(record: DataRecord): void;
  /** What was found, or why the reading cannot be taken; `hasMore`: further records come in another answer. */
  finish(hasMore: boolean): { ok: true; fields: Record<string, unknown> } | { ok: false; isBroken: boolean };
}

/**
 * Sorts the records of one answer into `total` with its `unit` (kWh, GJ, m3), `registers`, `rate` (kW, or m³/h where a
 * volume is counted), `flow` and so on, by the medium of the header (undefined where there is none).
 */
export function createFieldCollector(medium: number | undefined): FieldCollector {
  const energy = createRegisterSet();
  const volume = createRegisterSet();
  const found: Record<string, number> = {};
  const code = medium ?? 0;
  const backward = code === HEAT_AND_COOLING ? 'cooling' : 'reverse';

  function add(record: DataRecord): void {
    const { measured } = record.meaning!;
    if (measured === 'energy') return addRegister(energy, record, backward);
    if (measured === 'volume') return addRegister(volume, record, 'reverse');
    if (record.storage !== 0 || record.tariff !== 0 || record.subunit !== 0 || Number.isNaN(record.value)) return;
    if (record.direction === 'backward') return;
    if (record.function === 'maximum' && measured === 'power' && record.phase === undefined) {
      found['demand'] ??= record.value;
    }
    if (record.function === 'instantaneous') found[measured + PHASES[record.phase ?? 0]] ??= record.value;
  }

  function finish(hasMore: boolean): ReturnType<FieldCollector['finish']> {
    const countsVolume = COUNTING_VOLUME.has(code) || (!COUNTING_ENERGY.has(code) && isEmpty(energy));
    const primary = countsVolume ? volume : energy;
    if (primary.total === undefined && primary.isTotalBroken) return { ok: false, isBroken: true };
    // Many electricity meters tell their tariffs, be it one, and no total beside them.
    if (code === ELECTRICITY && energy.total === undefined && !hasMore) energy.total = sumOfTariffs(energy, 'kWh');
    const fields: Record<string, unknown> = {};
    putRegisters(fields, primary, code);
    if (!countsVolume && volume.total !== undefined) putRegister(fields, 'volume', volume.total.value);
    putMeasured(fields, found, countsVolume);
    return Object.keys(fields).length === 0 ? { ok: false, isBroken: false } : { ok: true, fields };
  }

  return { add, finish };
}

function isEmpty(set: RegisterSet): boolean {
  return set.total === undefined && set.others.size === 0 && !set.isTotalBroken;
}

function putRegisters(fields: Record<string, unknown>, set: RegisterSet, medium: number): void {
  const first = set.total ?? set.others.values().next().value;
  if (first === undefined) return;
  // An electricity register counts in nothing but watt-hours.
  const unit = first.unit === 'GJ' && medium === ELECTRICITY ? 'kWh' : first.unit;
  if (set.total !== undefined) fields['total'] = amountIn(set.total, unit);
  fields['unit'] = unit;
  for (const [name, amount] of set.others) putRegister(fields, name, amountIn(amount, unit));
}

function putRegister(fields: Record<string, unknown>, name: string, value: number): void {
  const registers = (fields['registers'] ??= {}) as Record<string, number>;
  registers[name] = value;
}

/** What goes into a reading under the name it has here. */
const NAMED_ALIKE = [
  'supply',
  'return',
  'temperatureDifference',
  'temperature',
  'voltage',
  'voltageA',
  'voltageB',
  'voltageC',
  'current',
  'currentA',
  'currentB',
  'currentC',
  'powerA',
  'powerB',
  'powerC',
  'frequency',
  'reactivePower',
  'apparentPower',
  'demand',
] as const;

function putMeasured(fields: Record<string, unknown>, found: Record<string, number>, countsVolume: boolean): void {
  const rate = countsVolume ? found['flow'] : found['power'];
  if (rate !== undefined) fields['rate'] = rate;
  if (!countsVolume && found['flow'] !== undefined) fields['flow'] = found['flow'];
  const hours = found['operatingTime'] ?? found['onTime'];
  if (hours !== undefined) fields['hours'] = hours;
  for (const name of NAMED_ALIKE) {
    const value = found[name];
    if (value !== undefined) fields[name] = value;
  }
}
