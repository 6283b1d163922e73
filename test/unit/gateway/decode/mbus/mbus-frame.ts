import type { DecodeContext } from '../../../../../gateway/decode/frame-result.ts';
import { createZone } from '../../../../../domain/zone.ts';

/** What the frames of these tests are decoded with. */
export const context: DecodeContext = { zone: createZone('Asia/Shanghai'), receivedAtMs: Date.UTC(2026, 0, 15) };

/** Bytes of a text of hex digits, spaces between them. */
export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(/\s+/g, ''), 'hex'));
}

/** A long frame around control field, address, CI field and data. */
export function longFrame(body: string): Uint8Array {
  const inner = bytes(body);
  const checksum = inner.reduce((sum, byte) => sum + byte, 0) & 0xff;
  return Uint8Array.of(0x68, inner.length, inner.length, 0x68, ...inner, checksum, 0x16);
}

/** An answer with the long header of a meter 12345678 of the maker PAD, and records. */
export function answer(medium: string, records: string): Uint8Array {
  return longFrame(`08 02 72 78 56 34 12 24 40 01 ${medium} 55 00 00 00 ${records}`);
}
