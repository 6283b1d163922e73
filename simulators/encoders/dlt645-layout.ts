import { bug } from '../../domain/errors.ts';
import { lastDigits, writeBcd } from './bcd.ts';

/** How a value of a data identifier is written. */
export interface ValueLayout {
  bytes: number;
  places: number;
  /** The top bit of the highest byte is the sign. */
  signed: boolean;
}

/**
 * Identifier and values of an answer, one after the other; a value that the meter does not have (null) is all `FF`, as
 * meters answer for phases and tariffs they lack.
 */
export function dlt645Data(
  identifier: Uint8Array,
  layout: ValueLayout,
  values: readonly (number | null)[],
): Uint8Array<ArrayBuffer> {
  const data = new Uint8Array(identifier.length + layout.bytes * values.length);
  data.set(identifier);
  for (const [index, value] of values.entries()) {
    const at = identifier.length + index * layout.bytes;
    if (value === null) data.fill(0xff, at, at + layout.bytes);
    else writeValue(data, at, value, layout);
  }
  return data;
}

function writeValue(data: Uint8Array, at: number, value: number, { bytes, places, signed }: ValueLayout): void {
  const digits = lastDigits(value, places);
  writeBcd(data, at, Math.abs(digits), bytes);
  if (digits >= 0) return;
  const top = at + bytes - 1;
  if (!signed || data[top]! >= 0x80) bug(`${value} has no place for its sign`);
  data[top]! |= 0x80;
}

/** Data identifier in hex, highest byte first, as bytes with the lowest first. */
export function identifierBytes(identifier: string): Uint8Array {
  return Uint8Array.from(Buffer.from(identifier, 'hex')).reverse();
}
