import { Buffer } from 'node:buffer';

import type { Zone } from '../../../domain/zone.ts';
import { payloadTime } from './payload-time.ts';
import { splitFrames, type FramePiece } from './split-frames.ts';
import { framesOfText } from './text-frames.ts';

/** A frame with the instant that the message tells beside it, epoch milliseconds. */
export interface TimedPiece extends FramePiece {
  ts?: number;
}

/** Names of fields that hold a frame: what stands there and is none has been damaged. */
const FRAME_NAMES = new Set(
  'hex frame frames data payload raw msg message value values content body packet bytes buffer telegram'.split(' '),
);
/** Names of fields that hold the time, the surest first. */
const TIME_NAMES = ['ts', 'timestamp', 'time'];
const MAX_DEPTH = 16;
const SHORTEST_FRAME = 12;

/** A piece, and whether its field's name promised a frame. */
interface Found {
  piece: TimedPiece;
  isNamed: boolean;
}

/**
 * The frames that JSON carries, in its order: hex or base64 text, or an array of byte values, in any field at any
 * depth. The time of the object around a frame, or of one further out, is the frame's. What is not whole counts where
 * the name of its field promised a frame, or where there is nothing else.
 */
export function framesOfJson(value: unknown, zone: Zone): TimedPiece[] {
  const found: Found[] = [];
  walk(value, { zone, found, isNamed: true, ts: undefined, depth: 0 });
  const sure = found.filter(({ piece, isNamed }) => piece.isWhole || isNamed);
  return withoutCopies((sure.length > 0 ? sure : found).map(({ piece }) => piece));
}

interface Place {
  zone: Zone;
  found: Found[];
  isNamed: boolean;
  ts: number | undefined;
  depth: number;
}

function walk(value: unknown, place: Place): void {
  if (typeof value === 'string') {
    add(framesOfText(value), place);
    return;
  }
  if (typeof value !== 'object' || value === null || place.depth > MAX_DEPTH) return;
  const inner = { ...place, depth: place.depth + 1 };
  if (Array.isArray(value)) {
    const bytes = bytesOf(value);
    if (bytes !== undefined) add(splitFrames(bytes), place);
    else for (const item of value) walk(item, inner);
    return;
  }
  const members = value as Record<string, unknown>;
  inner.ts = timeOf(members, place.zone) ?? place.ts;
  for (const [name, member] of Object.entries(members)) {
    walk(member, { ...inner, isNamed: FRAME_NAMES.has(name.toLowerCase()) });
  }
}

function add(pieces: readonly FramePiece[], { found, isNamed, ts }: Place): void {
  for (const piece of pieces) found.push({ piece: ts === undefined ? piece : { ...piece, ts }, isNamed });
}

function timeOf(members: Record<string, unknown>, zone: Zone): number | undefined {
  for (const wanted of TIME_NAMES) {
    for (const [name, member] of Object.entries(members)) {
      const ms = name.toLowerCase() === wanted ? payloadTime(member, zone) : undefined;
      if (ms !== undefined) return ms;
    }
  }
  return undefined;
}

function bytesOf(values: readonly unknown[]): Uint8Array | undefined {
  if (values.length < SHORTEST_FRAME) return undefined;
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 255) return undefined;
  }
  return Uint8Array.from(values as number[]);
}

// One frame in two notations (hex and base64), or told twice, is one frame.
function withoutCopies(pieces: readonly TimedPiece[]): TimedPiece[] {
  const seen = new Set<string>();
  return pieces.filter(({ bytes, ts }) => {
    const key = `${ts} ${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
