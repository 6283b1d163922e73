import { crc32c } from '@node-rs/crc32';

/** First bytes of a list: magic with the format's version (docs/formats/deferred.md). */
export const DEFERRED_MAGIC = Buffer.from('JNDEFER1', 'latin1');
export const DEFERRED_RECORD_BYTES = 36;

/** A line of the list of what waits. */
export interface DeferredRecord {
  /** `waits`: messages in [from, to) are to be dealt with; `done`: all that stands before `to` was. */
  kind: 'waits' | 'done';
  /** How many messages those are, or were. */
  messages: number;
  from: number;
  to: number;
  /** When that was noted, epoch milliseconds. */
  atMs: number;
}

const KINDS = ['waits', 'done'] as const;

/** The bytes of a record: `[kind u8][0 ×3][messages u32][from f64][to f64][at f64][crc32c u32]`, little endian. */
export function encodeDeferred({ kind, messages, from, to, atMs }: DeferredRecord): Buffer {
  const bytes = Buffer.alloc(DEFERRED_RECORD_BYTES);
  bytes[0] = KINDS.indexOf(kind) + 1;
  bytes.writeUInt32LE(messages, 4);
  bytes.writeDoubleLE(from, 8);
  bytes.writeDoubleLE(to, 16);
  bytes.writeDoubleLE(atMs, 24);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, 32)), 32);
  return bytes;
}

/** Reads a list's records, first to last; undefined stands for one that cannot be trusted. What is cut off is left out. */
export function parseDeferred(bytes: Buffer): (DeferredRecord | undefined)[] {
  const records: (DeferredRecord | undefined)[] = [];
  const last = bytes.length - DEFERRED_RECORD_BYTES;
  for (let at = DEFERRED_MAGIC.length; at <= last; at += DEFERRED_RECORD_BYTES)
    records.push(parseRecord(bytes.subarray(at, at + DEFERRED_RECORD_BYTES)));
  return records;
}

function parseRecord(bytes: Buffer): DeferredRecord | undefined {
  const kind = KINDS[bytes[0]! - 1];
  if (kind === undefined || bytes.readUInt32LE(32) !== crc32c(bytes.subarray(0, 32))) return undefined;
  return {
    kind,
    messages: bytes.readUInt32LE(4),
    from: bytes.readDoubleLE(8),
    to: bytes.readDoubleLE(16),
    atMs: bytes.readDoubleLE(24),
  };
}
