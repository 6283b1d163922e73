/** Two upper-case hex digits of each byte: made once, as decoders write an address for every frame. */
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, '0'));

/** A byte as two hex digits, `0A`. */
export function hexByte(byte: number): string {
  return HEX[byte & 0xff]!;
}

/** `length` bytes that stand with the lowest first, as they are written down: highest first, without spaces. */
export function hexReversed(bytes: Uint8Array, at: number, length: number): string {
  let text = '';
  for (let i = at + length - 1; i >= at; i--) text += HEX[bytes[i]!]!;
  return text;
}
