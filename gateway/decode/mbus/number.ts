import { shortestReal } from '../shortest-real.ts';

/** How the number of a record is written, by the data field of its DIF. */
export type Coding = 'none' | 'integer' | 'real' | 'bcd' | 'negative-bcd' | 'text';

/**
 * The number at [from, from + length), least significant byte first unless `isReversed`; NaN where it is none: digits
 * that are no digits, a real that is not finite, an integer beyond 2^53, a text.
 */
export function numberAt(bytes: Uint8Array, from: number, length: number, coding: Coding, isReversed: boolean): number {
  switch (coding) {
    case 'integer':
      return integerAt(bytes, from, length, isReversed);
    case 'bcd':
      return bcdAt(bytes, from, length, isReversed);
    case 'negative-bcd':
      return -bcdAt(bytes, from, length, isReversed);
    case 'real':
      return realAt(bytes, from, isReversed);
    default:
      return Number.NaN;
  }
}

// Two's complement (type B).
function integerAt(bytes: Uint8Array, from: number, length: number, isReversed: boolean): number {
  if (length === 0 || length > 8) return Number.NaN;
  // The sign is that of the highest byte: further ones are added to a number that has it.
  const top = bytes[isReversed ? from : from + length - 1]!;
  let value = (top << 24) >> 24;
  for (let n = 1; n < length; n++) {
    value = value * 256 + bytes[isReversed ? from + n : from + length - 1 - n]!;
  }
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

// Type A: F in place of the highest digit is a minus sign, any other letter an error of the meter.
function bcdAt(bytes: Uint8Array, from: number, length: number, isReversed: boolean): number {
  let value = 0;
  let sign = 1;
  for (let n = 0; n < length; n++) {
    const byte = bytes[isReversed ? from + n : from + length - 1 - n]!;
    let high = byte >> 4;
    const low = byte & 0x0f;
    if (n === 0 && high === 0x0f) {
      sign = -1;
      high = 0;
    }
    if (high > 9 || low > 9) return Number.NaN;
    value = value * 100 + high * 10 + low;
  }
  // Not −0, which a register of zero would become.
  return length === 0 || value > Number.MAX_SAFE_INTEGER ? Number.NaN : value === 0 ? 0 : sign * value;
}

const REAL = new DataView(new ArrayBuffer(4));

function realAt(bytes: Uint8Array, from: number, isReversed: boolean): number {
  for (let n = 0; n < 4; n++) REAL.setUint8(n, bytes[isReversed ? from + n : from + 3 - n]!);
  const value = REAL.getFloat32(0);
  if (!Number.isFinite(value)) return Number.NaN;
  return shortestReal(value);
}

const POWERS = Array.from({ length: 23 }, (_, n) => Number(`1e${n}`));

/** `value` × 10^exponent, rounded once: 3735 × 10⁻² is 37.35, which 3735 × 0.01 is not always. */
export function scaled(value: number, exponent: number): number {
  const power = POWERS[Math.abs(exponent)] ?? 10 ** Math.abs(exponent);
  return exponent < 0 ? value / power : value * power;
}
