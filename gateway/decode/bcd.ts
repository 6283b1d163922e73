/** The two digits of each byte as a number, -1 where a half byte is none. */
const DIGITS = Int8Array.from({ length: 256 }, (_, byte) =>
  byte >> 4 > 9 || (byte & 15) > 9 ? -1 : (byte >> 4) * 10 + (byte & 15),
);

const POWERS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000] as const;

/** How digits lie on the line. */
export interface BcdForm {
  /** Added to every byte on the line (DL/T 645: 33H). */
  bias: number;
  /** The top bit of the highest byte is a minus sign. */
  isSigned: boolean;
}

const PLAIN: BcdForm = { bias: 0, isSigned: false };

/** Digits, the lowest byte first, as a whole number; NaN where one of them is no digit. */
export function bcdAt(bytes: Uint8Array, at: number, length: number, { bias, isSigned }: BcdForm = PLAIN): number {
  let value = 0;
  let isNegative = false;
  for (let i = at + length - 1; i >= at; i--) {
    let byte = (bytes[i]! - bias) & 0xff;
    if (isSigned && i === at + length - 1) {
      isNegative = byte >= 0x80;
      byte &= 0x7f;
    }
    const digits = DIGITS[byte]!;
    if (digits < 0) return Number.NaN;
    value = value * 100 + digits;
  }
  // Not −0: a register at zero is zero.
  return isNegative && value !== 0 ? -value : value;
}

/** True where each of the bytes is `byte`. */
export function isFilledWith(byte: number, bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = at; i < at + length; i++) if (bytes[i] !== byte) return false;
  return true;
}

/** `digits` × 10^exponent, rounded once, so that it is the number nearest to the decimal: 26 × 10⁻² is 0.26. */
export function shifted(digits: number, exponent: number): number {
  const power = POWERS[Math.abs(exponent)] ?? 10 ** Math.abs(exponent);
  return exponent < 0 ? digits / power : digits * power;
}
