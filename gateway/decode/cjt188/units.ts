/** What a unit code may stand for; a field of an answer takes one kind. */
export type UnitKind = 'energy' | 'power' | 'volume' | 'flow';

/** One unit code (单位代号, CJ/T 188-2004 table 13, -2018 table 20): digits × 10^exponent × 3600^hours in `name`. */
export interface Cjt188Unit {
  kind: UnitKind;
  /** Energy and volume: one that `domain/quantity.ts` knows; power kW, flow m³/h. */
  name: 'Wh' | 'kWh' | 'MWh' | 'kJ' | 'MJ' | 'GJ' | 'L' | 'm3' | 'kW' | 'm3/h';
  exponent: number;
  hours: -1 | 0 | 1;
}

/** Energy as joules × 10^exponent × 3600^hours. */
const IN_JOULES: Record<string, { exponent: number; hours: 0 | 1 }> = {
  Wh: { exponent: 0, hours: 1 },
  kWh: { exponent: 3, hours: 1 },
  MWh: { exponent: 6, hours: 1 },
  kJ: { exponent: 3, hours: 0 },
  MJ: { exponent: 6, hours: 0 },
  GJ: { exponent: 9, hours: 0 },
};
const SECONDS_OF_AN_HOUR = 3600;

type Row = [code: number, multiples: number, kind: UnitKind, name: Cjt188Unit['name'], exponent: number, hours?: -1];

/** By code, 0 … 255. A unit that comes in multiples has its ×10 and ×100 at the next two codes. */
export const CJT188_UNITS: readonly (Cjt188Unit | undefined)[] = table([
  [0x01, 1, 'energy', 'kJ', -3],
  [0x02, 3, 'energy', 'Wh', 0],
  [0x05, 3, 'energy', 'kWh', 0],
  [0x08, 3, 'energy', 'MWh', 0],
  [0x0b, 3, 'energy', 'kJ', 0],
  [0x0e, 3, 'energy', 'MJ', 0],
  [0x11, 3, 'energy', 'GJ', 0],
  [0x14, 3, 'power', 'kW', -3],
  [0x17, 3, 'power', 'kW', 0],
  [0x1a, 3, 'power', 'kW', 3],
  [0x29, 3, 'volume', 'L', 0],
  [0x2c, 3, 'volume', 'm3', 0],
  [0x32, 3, 'flow', 'm3/h', -3],
  [0x35, 3, 'flow', 'm3/h', 0],
  // J/h, kJ/h, MJ/h, GJ/h: 1 kJ/h is 1/3600 kW.
  [0x40, 1, 'power', 'kW', -3, -1],
  [0x43, 3, 'power', 'kW', 0, -1],
  [0x46, 3, 'power', 'kW', 3, -1],
  [0x49, 3, 'power', 'kW', 6, -1],
]);

/** `digits` of a field with `decimals` in `unit`, rounded once: the number nearest to the decimal that the meter shows. */
export function valueIn(unit: Cjt188Unit, digits: number, decimals: number): number {
  return exactly(digits, unit.exponent - decimals, unit.hours);
}

/** Energy with its own unit, counted in `target`: kWh of a settlement day beside a register in GJ. */
export function energyIn(target: Cjt188Unit, unit: Cjt188Unit, digits: number, decimals: number): number {
  const from = IN_JOULES[unit.name]!;
  const to = IN_JOULES[target.name]!;
  return exactly(digits, unit.exponent - decimals + from.exponent - to.exponent, from.hours - to.hours);
}

/** Volume in litres or cubic metres, counted in `target`. */
export function volumeIn(target: 'L' | 'm3', unit: Cjt188Unit, digits: number, decimals: number): number {
  const step = unit.name === target ? 0 : target === 'L' ? 3 : -3;
  return exactly(digits, unit.exponent - decimals + step, 0);
}

// Whole numbers up to the one division or none: nothing is rounded twice.
function exactly(digits: number, exponent: number, hours: number): number {
  const above = (hours > 0 ? digits * SECONDS_OF_AN_HOUR : digits) * (exponent > 0 ? 10 ** exponent : 1);
  const below = (hours < 0 ? SECONDS_OF_AN_HOUR : 1) * (exponent < 0 ? 10 ** -exponent : 1);
  return above / below;
}

function table(rows: readonly Row[]): (Cjt188Unit | undefined)[] {
  const units: (Cjt188Unit | undefined)[] = Array.from({ length: 256 });
  for (const [code, multiples, kind, name, exponent, hours = 0] of rows) {
    for (let n = 0; n < multiples; n++) units[code + n] = { kind, name, exponent: exponent + n, hours };
  }
  return units;
}
