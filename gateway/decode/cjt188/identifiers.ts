import type { UnitKind } from './units.ts';

/** What a value with a unit (five bytes) of an answer is. */
export type Quantity = 'total' | 'settled' | 'cooling' | 'power' | 'flow' | 'volume' | 'unused';

/** A value with a unit: four bytes of digits and the unit's code before or behind them. */
export interface UnitField {
  quantity: Quantity;
  /** The units that it may have. */
  kinds: readonly UnitKind[];
  at: number;
  decimals: number;
}

/** A value without a unit: three bytes of digits. */
export interface PlainField {
  metric: 'supply' | 'return' | 'hours';
  at: number;
  decimals: number;
}

/** Where the values of an answer stand, counted from the beginning of its data (identifier, serial, values). */
export interface Layout {
  /** Bytes of data, identifier and serial included. */
  bytes: number;
  unitFields: readonly UnitField[];
  plainFields: readonly PlainField[];
  /** Left out by meters that have no clock. */
  clockAt?: number;
  /** The total as four bytes of digits with no unit beside them: it counts in the unit of the meter's register. */
  bareTotalAt?: number;
}

/** The layouts of an answer, the standard's first; what follows the longest one is the maker's. */
export interface Layouts {
  standard: Layout;
  shorter: readonly Layout[];
}

/** 计量数据: what a meter counts now. */
const METERED = 0x901f;
/** 计量数据 2 (2018): of a meter that counts heat and cold. */
const METERED_BOTH = 0x911f;

/** A meter that is called without its type may answer without it too: its answer's length tells what it is. */
export const ANY_TYPE = 0xaa;
/** Kinds of meter (仪表类型) by their first digit, and those of heat meters that count cold. */
const HEAT_FAMILY = 2;
const GAS_FAMILY = 3;
const OTHER_FAMILY = 4;
const COOLING = 0x21;
const HEAT_AND_COOLING = 0x22;

const VOLUME: readonly UnitKind[] = ['volume'];
const FLOW_METER = flowLayouts(VOLUME);
const OTHER_METER = flowLayouts(['volume', 'energy']);
/** Some heat meters have no settlement day. */
const HEAT_METER = { standard: heatLayout(['settled', 'total']), shorter: [heatLayout(['total'])] };
/** Makers put the cold where a heat meter has its settlement day. */
const BOTH_METER = { standard: heatLayout(['cooling', 'total']), shorter: [] };
const BOTH_METER_2018 = { standard: heatLayout(['settled', 'unused', 'total', 'cooling'], 2), shorter: [] };
const COLD_METER_2018 = { standard: heatLayout(['unused', 'settled', 'unused', 'total'], 2), shorter: [] };

/**
 * The layouts of a read answer, by kind of meter and identifier; undefined for identifiers that a reading has no place
 * for. CJ/T 188-2004 table 17, -2018 table 25 and following.
 */
export function layoutsOf(type: number, identifier: number, bytes: number): Layouts | undefined {
  const family = type !== ANY_TYPE ? type >> 4 : bytes < HEAT_METER.shorter[0]!.bytes ? OTHER_FAMILY : HEAT_FAMILY;
  if (family !== HEAT_FAMILY) {
    if (identifier !== METERED) return undefined;
    return family === 1 || family === GAS_FAMILY ? FLOW_METER : OTHER_METER;
  }
  if (identifier === METERED) return type === HEAT_AND_COOLING ? BOTH_METER : HEAT_METER;
  if (identifier !== METERED_BOTH) return undefined;
  return type === COOLING ? COLD_METER_2018 : BOTH_METER_2018;
}

/** The layout of an answer with so many bytes of data; undefined where there is none of that length. */
export function layoutFor({ standard, shorter }: Layouts, bytes: number): Layout | undefined {
  return bytes >= standard.bytes ? standard : shorter.find((layout) => layout.bytes === bytes);
}

/** True for a kind of meter that the standard has: 10–19 water, 20–29 heat and cold, 30–39 gas, 40–49 others. */
export function isMeterType(type: number): boolean {
  const family = type >> 4;
  return family >= 1 && family <= OTHER_FAMILY && (type & 15) <= 9;
}

/**
 * The identifier of two bytes on the line, which some makers send the high byte first: that one is 80H or more, the
 * low one is not in any identifier that is taken.
 */
export function identifierOf(first: number, second: number): number {
  return first >= 0x80 && second < 0x80 ? (first << 8) | second : (second << 8) | first;
}

/** Why an identifier has no place in a reading, for the person who looks. */
export function unknownIdentifier(identifier: number): string {
  const group = identifier >> 8;
  if (group === 0xd1 || group === 0xd2) return 'is a settlement figure (结算日): only current values are taken';
  if (group === 0xd3 || group === 0xd4) return 'is a frozen figure (冻结): only current values are taken';
  return 'is none of those that are taken';
}

// What makers leave out of the standard's answer: the settlement day, the clock, the status, the unit.
function flowLayouts(kinds: readonly UnitKind[]): Layouts {
  const total: UnitField = { quantity: 'total', kinds, at: 3, decimals: 2 };
  const both: UnitField[] = [total, { quantity: 'settled', kinds, at: 8, decimals: 2 }];
  const plainFields: PlainField[] = [];
  return {
    standard: { bytes: 22, unitFields: both, plainFields, clockAt: 13 },
    shorter: [
      { bytes: 20, unitFields: both, plainFields, clockAt: 13 },
      { bytes: 17, unitFields: [total], plainFields, clockAt: 8 },
      { bytes: 15, unitFields: both, plainFields },
      { bytes: 13, unitFields: both, plainFields },
      { bytes: 10, unitFields: [total], plainFields },
      { bytes: 9, unitFields: [], plainFields, bareTotalAt: 3 },
      { bytes: 8, unitFields: [total], plainFields },
    ],
  };
}

// The registers of energy come first; pressures (2018) stand between temperatures and hours.
function heatLayout(registers: readonly Quantity[], pressures = 0): Layout {
  const rest = 3 + 5 * registers.length;
  const hours = rest + 21 + 3 * pressures;
  return {
    bytes: hours + 12,
    unitFields: [
      ...registers.map((quantity, index): UnitField => ({
        quantity,
        kinds: ['energy'],
        at: 3 + 5 * index,
        decimals: 2,
      })),
      { quantity: 'power', kinds: ['power'], at: rest, decimals: 2 },
      { quantity: 'flow', kinds: ['flow'], at: rest + 5, decimals: 4 },
      { quantity: 'volume', kinds: ['volume'], at: rest + 10, decimals: 2 },
    ],
    plainFields: [
      { metric: 'supply', at: rest + 15, decimals: 2 },
      { metric: 'return', at: rest + 18, decimals: 2 },
      { metric: 'hours', at: hours, decimals: 0 },
    ],
    clockAt: hours + 3,
  };
}
