import type { MetricValue } from './payload.ts';

/** Bits of the signed datatypes: Int8, Int16, Int32, Int64. */
const SIGNED_BITS: Record<number, number> = { 1: 8, 2: 16, 3: 32, 4: 64 };
const TWO_32 = 4_294_967_296;

/** A number; undefined: the value is none; `ambiguous`: nobody told whether it is signed, and it matters. */
export function metricNumber(value: MetricValue, datatype: number): number | 'ambiguous' | undefined {
  if (value.kind === 'real') return value.real;
  if (value.kind !== 'integer') return undefined;
  const { low, high, is64Bit } = value;
  const bits = SIGNED_BITS[datatype];
  if (bits === undefined) {
    const top = is64Bit ? high : low;
    if (datatype === 0 && top >= TWO_32 / 2) return 'ambiguous';
    return exact(high * TWO_32 + low);
  }
  // Some encoders extend the sign to 64 bits: what is above the datatype's own bits says the same.
  if (bits < 64) return (low << (32 - bits)) >> (32 - bits);
  // Int64: and in 32 bits, where an encoder saves room.
  if (!is64Bit) return low | 0;
  return high < TWO_32 / 2 ? exact(high * TWO_32 + low) : exact(-((TWO_32 - 1 - high) * TWO_32 + (TWO_32 - low)));
}

// Beyond 2^53 a number would be another than the one sent.
function exact(value: number): number {
  return Number.isSafeInteger(value) ? value : Number.NaN;
}
