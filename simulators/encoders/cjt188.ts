import { lastDigits, writeBcd } from './bcd.ts';
import { cjt188Frame } from './cjt188-frame.ts';
import { writeMeterClock, type MeterClock } from './cjt188-clock.ts';

/** Unit codes (table 3 of CJ/T 188), as one byte beside a value. */
export const CJT188_UNITS = {
  Wh: 0x02,
  kWh: 0x05,
  MWh: 0x08,
  MJ: 0x0e,
  GJ: 0x11,
  W: 0x14,
  kW: 0x17,
  L: 0x29,
  m3: 0x2c,
  'L/h': 0x32,
  'm3/h': 0x35,
} as const;
export type Cjt188Unit = keyof typeof CJT188_UNITS;

/** A value with its unit; null for one that the meter does not have, sent as `FF`. */
export type Cjt188Value = { value: number; unit: Cjt188Unit } | { value: null; unit: Cjt188Unit };

/** What makers do differently from one another. */
export interface Cjt188Dialect {
  /** Order of the identifier's bytes on the wire: `901F` (2004) or `1F90` (2018). */
  identifier: '901F' | '1F90';
  /** Whether the unit's byte stands before or after the four of the value. */
  unit: 'before' | 'after';
}

/** What every answer carries beside its values. */
export interface Cjt188Common {
  type: number;
  address: string;
  serial?: number;
  clock: MeterClock;
  status?: number;
  preamble?: number;
  dialect?: Cjt188Dialect;
}

/** A water or gas meter's answer. */
export interface Cjt188Flow extends Cjt188Common {
  current: Cjt188Value;
  settled: Cjt188Value;
}

/** A heat or cooling meter's answer; of one that counts both (type 22) `settled` stands for the cooling register. */
export interface Cjt188Heat extends Cjt188Common {
  settled: Cjt188Value;
  current: Cjt188Value;
  power: Cjt188Value;
  flow: Cjt188Value;
  volume: Cjt188Value;
  /** °C; null where a sensor is missing. */
  supply: number | null;
  return: number | null;
  /** Hours at work. */
  hours: number | null;
}

/** The answer `911F` (2018) of a meter that counts heat and cold. */
export interface Cjt188Both extends Omit<Cjt188Heat, 'settled' | 'current'> {
  settledHeat: Cjt188Value;
  settledCold: Cjt188Value;
  heat: Cjt188Value;
  cold: Cjt188Value;
}

const ORDINARY: Cjt188Dialect = { identifier: '901F', unit: 'after' };
const ANSWER = 0x81;
const REFUSAL = 0xc1;
const FLOW_BYTES = 22;
const HEAT_BYTES = 46;
const BOTH_BYTES = 62;

/** Answers `901F` of a water or gas meter: current and settled register with two decimals, clock, status. */
export function encodeCjt188Flow(meter: Cjt188Flow): Buffer {
  const data = begin(meter, FLOW_BYTES);
  const { unit } = meter.dialect ?? ORDINARY;
  writeWithUnit(data, 3, meter.current, 2, unit);
  writeWithUnit(data, 8, meter.settled, 2, unit);
  return end(meter, data);
}

/**
 * Answers `901F` of a heat or cooling meter (46 bytes): settled and current register, power, flow (four decimals) and
 * volume with their units, supply and return temperature, hours, clock, status.
 */
export function encodeCjt188Heat(meter: Cjt188Heat): Buffer {
  const data = begin(meter, HEAT_BYTES);
  const { unit } = meter.dialect ?? ORDINARY;
  writeWithUnit(data, 3, meter.settled, 2, unit);
  writeWithUnit(data, 8, meter.current, 2, unit);
  writeWithUnit(data, 13, meter.power, 2, unit);
  writeWithUnit(data, 18, meter.flow, 4, unit);
  writeWithUnit(data, 23, meter.volume, 2, unit);
  writePlain(data, 28, meter.supply, 2, 3);
  writePlain(data, 31, meter.return, 2, 3);
  writePlain(data, 34, meter.hours, 0, 3);
  return end(meter, data);
}

/**
 * Answers `911F` (62 bytes) of a meter that counts heat and cold: four registers, then as `901F`, with two pressures,
 * which it does not have, behind the temperatures.
 */
export function encodeCjt188Both(meter: Cjt188Both): Buffer {
  const data = begin(meter, BOTH_BYTES);
  data.set(meter.dialect?.identifier === '1F90' ? [0x1f, 0x91] : [0x91, 0x1f]);
  const { unit } = meter.dialect ?? ORDINARY;
  const registers = [meter.settledHeat, meter.settledCold, meter.heat, meter.cold];
  for (const [index, register] of registers.entries()) writeWithUnit(data, 3 + 5 * index, register, 2, unit);
  writeWithUnit(data, 23, meter.power, 2, unit);
  writeWithUnit(data, 28, meter.flow, 4, unit);
  writeWithUnit(data, 33, meter.volume, 2, unit);
  writePlain(data, 38, meter.supply, 2, 3);
  writePlain(data, 41, meter.return, 2, 3);
  data.fill(0xff, 44, 50);
  writePlain(data, 50, meter.hours, 0, 3);
  return end(meter, data);
}

/** A meter's refusal: serial and status only. */
export function encodeCjt188Refusal(type: number, address: string, status = 0): Buffer {
  return cjt188Frame({ type, address, control: REFUSAL, data: Uint8Array.of(0, status & 0xff, status >> 8) });
}

function begin({ dialect = ORDINARY, serial = 0 }: Cjt188Common, bytes: number): Uint8Array {
  const data = new Uint8Array(bytes);
  data.set(dialect.identifier === '901F' ? [0x90, 0x1f] : [0x1f, 0x90]);
  data[2] = serial;
  return data;
}

/** Clock and status are the last nine bytes. */
function end(meter: Cjt188Common, data: Uint8Array): Buffer {
  const { type, address, clock, status = 0, preamble = 0 } = meter;
  writeMeterClock(data, data.length - 9, clock);
  data[data.length - 2] = status & 0xff;
  data[data.length - 1] = status >> 8;
  return cjt188Frame({ type, address, control: ANSWER, data, preamble });
}

function writeWithUnit(
  data: Uint8Array,
  at: number,
  { value, unit }: Cjt188Value,
  places: number,
  side: Cjt188Dialect['unit'],
): void {
  const before = side === 'before';
  writePlain(data, before ? at + 1 : at, value, places, 4);
  data[before ? at : at + 4] = CJT188_UNITS[unit];
}

function writePlain(data: Uint8Array, at: number, value: number | null, places: number, bytes: number): void {
  if (value === null) data.fill(0xff, at, at + bytes);
  else writeBcd(data, at, lastDigits(value, places), bytes);
}
