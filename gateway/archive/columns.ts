import type { SpooledMessage } from '../spool/record.ts';
import { createColumnReader, type ColumnReader } from './column-reader.ts';
import { createColumnWriter, type ColumnWriter } from './column-writer.ts';

/** Records of a block of the archive, read back. */
export interface ArchivedRecords {
  /** Positions of the records in the spool, rising. */
  positions: Float64Array;
  /** The message of the record at `positions[index]`, as it was spooled; its payload is a view. */
  message(index: number): SpooledMessage;
}

/** Of a spool record (docs/formats/spool.md): what it has beside source, topic and payload. */
const RECORD_FRAME_BYTES = 20;
const RECEIVED_AT_OFFSET = 8;
/** From its source's length to the payload goes its key: who sent it, and where to. */
const KEY_OFFSET = 16;
/** The lengths of source and topic within a key. */
const KEY_LENGTH_BYTES = 4;

const TIMES_AS_DIFFERENCES = 0;
const TIMES_AS_FLOATS = 1;
/** Whole milliseconds up to this (35,000 years) go as differences, which then are safe integers twice over. */
const MAX_DIFFERENCE_MS = 2 ** 50;

/**
 * The records of a segment that begin at `starts` and stand one behind the other up to `end`, as columns
 * (docs/formats/archive.md). What follows from the rest is left out: positions, lengths and checksums.
 */
export function encodeColumns(segment: Buffer, starts: readonly number[], end: number): Buffer {
  // Three numbers of a record take two bytes more than what is left out of it, at most.
  const out = createColumnWriter(end - (starts[0] ?? end) + 2 * starts.length + 32);
  const keyEnds = starts.map((start) => keyEndOf(segment, start));
  out.varint(starts.length);
  writeKeys(segment, starts, keyEnds, out);
  writeTimes(segment, starts, out);
  for (const [n, keyEnd] of keyEnds.entries()) out.varint((starts[n + 1] ?? end) - keyEnd);
  for (const [n, keyEnd] of keyEnds.entries()) out.copy(segment, keyEnd, starts[n + 1] ?? end);
  return out.written();
}

/** Reads columns of records that stood at `from` up to `to`; undefined where they do not add up. */
export function decodeColumns(columns: Buffer, from: number, to: number): ArchivedRecords | undefined {
  const reader = createColumnReader(columns);
  const count = reader.varint();
  // Every record has bytes of its own: a count beyond them is garbage, and would ask for any amount of memory.
  if (count > reader.left()) return undefined;
  const keys = readKeys(reader);
  const keyColumn = readKeyColumn(reader, count);
  const times = readTimes(reader, count);
  const positions = new Float64Array(count);
  const payloadStarts = new Float64Array(count + 1);
  let position = from;
  for (let n = 0; n < count; n++) {
    const payloadBytes = reader.varint();
    positions[n] = position;
    payloadStarts[n + 1] = payloadStarts[n]! + payloadBytes;
    position += RECORD_FRAME_BYTES - KEY_LENGTH_BYTES + (keys[keyColumn[n]!]?.bytes ?? Number.NaN) + payloadBytes;
  }
  const payloads = reader.take(payloadStarts[count]!);
  if (reader.overrun() || reader.left() > 0 || position !== to) return undefined;
  return {
    positions,
    message: (n) => ({
      position: positions[n]!,
      receivedAtMs: times[n]!,
      source: keys[keyColumn[n]!]!.source,
      topic: keys[keyColumn[n]!]!.topic,
      payload: payloads.subarray(payloadStarts[n], payloadStarts[n + 1]),
    }),
  };
}

function keyEndOf(segment: Buffer, start: number): number {
  const sourceEnd = start + KEY_OFFSET + 2 + segment.readUInt16LE(start + KEY_OFFSET);
  return sourceEnd + 2 + segment.readUInt16LE(sourceEnd);
}

// Each key once, as it stands in its first record; then for each record 0 for the next new key, else how many keys
// back: meters that report in turns have the same distance again and again.
function writeKeys(segment: Buffer, starts: readonly number[], ends: readonly number[], out: ColumnWriter): void {
  const indexes = new Map<string, number>();
  const column = new Uint32Array(starts.length);
  const firsts: number[] = [];
  for (const [n, start] of starts.entries()) {
    const key = segment.toString('latin1', start + KEY_OFFSET, ends[n]);
    const index = indexes.get(key);
    if (index !== undefined) {
      column[n] = firsts.length - index;
      continue;
    }
    indexes.set(key, firsts.length);
    firsts.push(n);
  }
  out.varint(firsts.length);
  for (const n of firsts) out.copy(segment, starts[n]! + KEY_OFFSET, ends[n]!);
  for (const distance of column) out.varint(distance);
}

function readKeys(reader: ColumnReader): { source: string; topic: string; bytes: number }[] {
  const count = reader.varint();
  if (count > reader.left()) return [];
  return Array.from({ length: count }, () => {
    const source = reader.take(reader.byte() + 256 * reader.byte());
    const topic = reader.take(reader.byte() + 256 * reader.byte());
    const bytes = KEY_LENGTH_BYTES + source.length + topic.length;
    return { source: source.toString('utf8'), topic: topic.toString('utf8'), bytes };
  });
}

function readKeyColumn(reader: ColumnReader, count: number): Uint32Array {
  const column = new Uint32Array(count);
  let seen = 0;
  for (let n = 0; n < count; n++) {
    const distance = reader.varint();
    column[n] = distance === 0 ? seen++ : seen - distance;
  }
  return column;
}

function writeTimes(segment: Buffer, starts: readonly number[], out: ColumnWriter): void {
  const times = starts.map((start) => segment.readDoubleLE(start + RECEIVED_AT_OFFSET));
  if (!times.every((ms) => Number.isInteger(ms) && Math.abs(ms) <= MAX_DIFFERENCE_MS && !Object.is(ms, -0))) {
    out.byte(TIMES_AS_FLOATS);
    for (const start of starts) out.copy(segment, start + RECEIVED_AT_OFFSET, start + RECEIVED_AT_OFFSET + 8);
    return;
  }
  out.byte(TIMES_AS_DIFFERENCES);
  let previous = 0;
  for (const ms of times) {
    const difference = ms - previous;
    out.varint(difference >= 0 ? 2 * difference : -2 * difference - 1);
    previous = ms;
  }
}

function readTimes(reader: ColumnReader, count: number): Float64Array {
  const times = new Float64Array(count);
  if (reader.byte() === TIMES_AS_FLOATS) {
    const bytes = reader.take(8 * count);
    for (let n = 0; n < Math.floor(bytes.length / 8); n++) times[n] = bytes.readDoubleLE(8 * n);
    return times;
  }
  let previous = 0;
  for (let n = 0; n < count; n++) {
    const code = reader.varint();
    previous += code % 2 === 0 ? code / 2 : -(code + 1) / 2;
    times[n] = previous;
  }
  return times;
}
