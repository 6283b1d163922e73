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
const LONGEST_TIME_NAME = 9;
const MAX_DEPTH = 16;
const SHORTEST_FRAME = 12;

/** What has been found on the way through a message. */
interface Walk {
  zone: Zone;
  /** Whole frames, and what a field's name promised to be one … */
  sure: TimedPiece[];
  /** … and the rest. */
  doubtful: TimedPiece[];
}

/**
 * The frames that JSON carries, in its order: hex or base64 text, or an array of byte values, in any field at any
 * depth. The time of the object around a frame, or of one further out, is the frame's. What is not whole counts where
 * the name of its field promised a frame, or where there is nothing else.
 */
export function framesOfJson(value: unknown, zone: Zone): TimedPiece[] {
  const found: Walk = { zone, sure: [], doubtful: [] };
  walk(found, value, undefined, true, 0);
  return withoutCopies(found.sure.length > 0 ? found.sure : found.doubtful);
}

function walk(found: Walk, value: unknown, ts: number | undefined, isNamed: boolean, depth: number): void {
  if (typeof value === 'string') {
    add(found, framesOfText(value), ts, isNamed);
    return;
  }
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    const bytes = bytesOf(value);
    if (bytes !== undefined) add(found, splitFrames(bytes), ts, isNamed);
    else for (const item of value) walk(found, item, ts, isNamed, depth + 1);
    return;
  }
  const members = value as Record<string, unknown>;
  const own = timeOf(members, found.zone) ?? ts;
  for (const name of Object.keys(members)) {
    walk(found, members[name], own, FRAME_NAMES.has(name.toLowerCase()), depth + 1);
  }
}

function add(found: Walk, pieces: readonly FramePiece[], ts: number | undefined, isNamed: boolean): void {
  for (const { kind, bytes, isWhole } of pieces) {
    (isWhole || isNamed ? found.sure : found.doubtful).push({ kind, bytes, isWhole, ts });
  }
}

function timeOf(members: Record<string, unknown>, zone: Zone): number | undefined {
  let best: number | undefined;
  let bestRank = TIME_NAMES.length;
  for (const name of Object.keys(members)) {
    const rank = name.length > LONGEST_TIME_NAME ? -1 : TIME_NAMES.indexOf(name.toLowerCase());
    const ms = rank >= 0 && rank < bestRank ? payloadTime(members[name], zone) : undefined;
    if (ms === undefined) continue;
    best = ms;
    bestRank = rank;
  }
  return best;
}

function bytesOf(values: readonly unknown[]): Uint8Array | undefined {
  if (values.length < SHORTEST_FRAME) return undefined;
  for (const value of values) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 255) return undefined;
  }
  return Uint8Array.from(values as number[]);
}

// One frame in two notations (hex and base64), or told twice, is one frame.
function withoutCopies(pieces: TimedPiece[]): TimedPiece[] {
  if (pieces.length < 2) return pieces;
  const seen = new Set<string>();
  return pieces.filter(({ bytes, ts }) => {
    const key = `${ts} ${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
