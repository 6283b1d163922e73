import { bcdAt, isFilledWith } from '../bcd.ts';
import { hexByte } from '../hex.ts';
import type { Layout, Quantity, UnitField } from './identifiers.ts';
import { CJT188_UNITS, type Cjt188Unit } from './units.ts';

/** A value as the meter wrote it. */
export interface Measured {
  quantity: Quantity;
  digits: number;
  decimals: number;
  unit: Cjt188Unit;
}

/** The values that a meter has, those sent as `FF` left out; or what is wrong with them. */
export type UnitFields = { ok: true; measured: Measured[] } | { ok: false; detail: string };

const DIGIT_BYTES = 4;
const FIELD_BYTES = 5;
const NOT_THERE = 0xff;

/**
 * Reads the values with units of an answer whose data begin at `from`. The unit's code stands behind the digits, or
 * with some makers before them: where all of the values then have a unit that they may have.
 */
export function readUnitFields(bytes: Uint8Array, from: number, layout: Layout): UnitFields {
  const behind = readWith(bytes, from, layout, DIGIT_BYTES);
  if (behind.ok) return behind;
  const before = readWith(bytes, from, layout, 0);
  return before.ok ? before : behind;
}

function readWith(bytes: Uint8Array, from: number, { unitFields }: Layout, unitAt: number): UnitFields {
  const measured: Measured[] = [];
  for (const field of unitFields) {
    const at = from + field.at;
    if (isLeftOut(bytes, at, field)) continue;
    const code = bytes[at + unitAt]!;
    const unit = CJT188_UNITS[code];
    if (unit === undefined || !field.kinds.includes(unit.kind)) {
      return { ok: false, detail: `Unit code ${hexByte(code)} of "${field.quantity}" is no unit of ${wanted(field)}` };
    }
    const digitsAt = unitAt === 0 ? at + 1 : at;
    if (isFilledWith(NOT_THERE, bytes, digitsAt, DIGIT_BYTES)) continue;
    const digits = bcdAt(bytes, digitsAt, DIGIT_BYTES);
    if (Number.isNaN(digits)) return { ok: false, detail: `The value "${field.quantity}" holds what are no digits` };
    measured.push({ quantity: field.quantity, digits, decimals: field.decimals, unit });
  }
  return { ok: true, measured };
}

// A meter without the quantity sends FF, or zeros without so much as a unit; a register of zero has one.
function isLeftOut(bytes: Uint8Array, at: number, { quantity }: UnitField): boolean {
  if (isFilledWith(NOT_THERE, bytes, at, FIELD_BYTES)) return true;
  return quantity !== 'total' && isFilledWith(0, bytes, at, FIELD_BYTES);
}

function wanted({ kinds }: UnitField): string {
  return kinds.join(' or ');
}
