import { bug } from '../../domain/errors.ts';

/** `value` in last digits, as decimal places of the format say: 12.34 with two places is 1234. */
export function lastDigits(value: number, places: number): number {
  return Math.round(value * 10 ** places);
}

/**
 * Writes a whole number as packed BCD, two digits a byte, the lowest byte first. Stops with BUG where it is negative
 * or has more digits than fit.
 */
export function writeBcd(target: Uint8Array, at: number, digits: number, bytes: number): void {
  let rest = digits;
  for (let i = 0; i < bytes; i++) {
    const pair = rest % 100;
    target[at + i] = (Math.floor(pair / 10) << 4) | (pair % 10);
    rest = Math.floor(rest / 100);
  }
  if (rest !== 0 || digits < 0) bug(`${digits} does not fit ${bytes} bytes of BCD`);
}

/** Writes text of hex digits, highest first as people write addresses, as bytes with the lowest first. */
export function writeAddress(target: Uint8Array, at: number, address: string, bytes: number): void {
  const padded = address.padStart(bytes * 2, '0');
  if (padded.length !== bytes * 2) bug(`${address} does not fit ${bytes} bytes`);
  for (let i = 0; i < bytes; i++) {
    const from = padded.length - 2 * (i + 1);
    target[at + i] = Number.parseInt(padded.slice(from, from + 2), 16);
  }
}

/** The sum of bytes modulo 256, by which DL/T 645, CJ/T 188 and M-Bus check a frame. */
export function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += bytes[i]!;
  return sum & 0xff;
}
