import { Buffer } from 'node:buffer';

import type { Zone } from '../../../domain/zone.ts';
import { bytesOfHexText } from './hex-text.ts';
import { framesOfJson, type TimedPiece } from './json-frames.ts';
import { otherProtocolOf } from './other-protocol.ts';
import { splitFrames } from './split-frames.ts';
import { framesOfText } from './text-frames.ts';

/** The frames of a message in its order, or in a sentence what it is instead. */
export type PayloadFrames = { ok: true; pieces: readonly TimedPiece[] } | { ok: false; detail: string };

const SPACE = 0x20;
const DELETE = 0x7f;
/** Shown of a payload that is none. */
const SHOWN = 48;

/**
 * Finds the frames of a message, whatever the DTU made of what it heard: JSON that carries them, text in hex or base64,
 * or the bytes themselves.
 */
export function framesOfPayload(payload: Uint8Array, zone: Zone): PayloadFrames {
  if (payload.length === 0) return { ok: false, detail: 'The message is empty' };
  const json = jsonOf(payload);
  if (json !== undefined) {
    const pieces = framesOfJson(json.value, zone);
    return pieces.length > 0 ? { ok: true, pieces } : { ok: false, detail: 'The JSON carries no frame in any field' };
  }
  if (!isText(payload)) {
    const pieces = splitFrames(payload);
    if (pieces.length > 0) return { ok: true, pieces };
    const start = bufferOf(payload).subarray(0, SHOWN).toString('hex').toUpperCase();
    const kind = seeming(payload);
    return { ok: false, detail: `${payload.length} bytes without a frame of a known protocol${kind}: ${start}` };
  }
  const text = bufferOf(payload).toString('latin1');
  const pieces = framesOfText(text);
  if (pieces.length > 0) return { ok: true, pieces };
  const kind = seeming(bytesOfHexText(text.trim()));
  return { ok: false, detail: `Text without a frame${kind}: ${JSON.stringify(text.slice(0, SHOWN))}` };
}

function seeming(bytes: Uint8Array | undefined): string {
  const protocol = bytes === undefined ? undefined : otherProtocolOf(bytes);
  return protocol === undefined ? '' : ` (${protocol})`;
}

function jsonOf(payload: Uint8Array): { value: unknown } | undefined {
  let first = 0;
  while (first < payload.length && isWhite(payload[first]!)) first++;
  // { or [
  if (payload[first] !== 0x7b && payload[first] !== 0x5b) return undefined;
  try {
    return { value: JSON.parse(bufferOf(payload).toString('utf8')) };
  } catch {
    return undefined;
  }
}

function isText(payload: Uint8Array): boolean {
  for (const byte of payload) if ((byte < SPACE && !isWhite(byte)) || byte >= DELETE) return false;
  return true;
}

// Tab, line feed, carriage return, space, and the zero that ends a text in C.
function isWhite(byte: number): boolean {
  return byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
