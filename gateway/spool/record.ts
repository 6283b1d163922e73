import { crc32c } from '@node-rs/crc32';

/** A message as it came in, before anything was made of it. */
export interface SpoolMessage {
  /** Epoch milliseconds. */
  receivedAtMs: number;
  /** The MQTT user it came from: the collector. */
  source: string;
  topic: string;
  payload: Uint8Array;
}

/** A message with the position of its record in the spool. */
export interface SpooledMessage extends SpoolMessage {
  position: number;
}

/** Bytes before a record's body: length and crc32c (docs/formats/spool.md). */
const RECORD_HEADER_BYTES = 8;
/** Smallest body: receipt time and two empty strings. */
const MIN_BODY_BYTES = 12;
/** A length past this is garbage, not a record. MQTT's own limit is 256 MiB. */
const MAX_BODY_BYTES = 300 * 1024 * 1024;

/**
 * The bytes of a record: `[length u32][crc32c u32][received at f64][source u16+…][topic u16+…][payload]`, little
 * endian. The checksum stays open until {@link sealRecord}: it depends on where the record will stand.
 */
export function encodeRecord(message: SpoolMessage): Buffer {
  const source = Buffer.from(message.source, 'utf8');
  const topic = Buffer.from(message.topic, 'utf8');
  const bodyBytes = MIN_BODY_BYTES + source.length + topic.length + message.payload.length;
  const record = Buffer.allocUnsafe(RECORD_HEADER_BYTES + bodyBytes);
  record.writeUInt32LE(bodyBytes, 0);
  record.writeDoubleLE(message.receivedAtMs, 8);
  record.writeUInt16LE(source.length, 16);
  source.copy(record, 18);
  record.writeUInt16LE(topic.length, 18 + source.length);
  topic.copy(record, 20 + source.length);
  record.set(message.payload, 20 + source.length + topic.length);
  return record;
}

/** Fills in the checksum of a record that will stand at `position` of the log; again where it is moved. */
export function sealRecord(record: Buffer, position: number): void {
  record.writeUInt32LE(checksumOf(record, 0, record.length, position), 4);
}

/** What stands at an offset: a record, one that is cut off by the end of the bytes, or garbage. */
export type Parsed =
  | { kind: 'record'; message: SpooledMessage; bytes: number }
  | { kind: 'cut'; needBytes: number }
  | { kind: 'bad' };

/** How long the record at `offset` says that it is, header included; undefined where no record can be so long. */
export function announcedBytes(bytes: Buffer, offset: number): number | undefined {
  if (bytes.length - offset < RECORD_HEADER_BYTES) return undefined;
  const bodyBytes = bytes.readUInt32LE(offset);
  return bodyBytes < MIN_BODY_BYTES || bodyBytes > MAX_BODY_BYTES ? undefined : RECORD_HEADER_BYTES + bodyBytes;
}

/** Reads the record at `offset` of bytes whose first stands at position `start`. The payload is a view, not a copy. */
export function parseRecord(bytes: Buffer, offset: number, start: number): Parsed {
  const left = bytes.length - offset;
  if (left < RECORD_HEADER_BYTES) return { kind: 'cut', needBytes: RECORD_HEADER_BYTES };
  const bodyBytes = bytes.readUInt32LE(offset);
  if (bodyBytes < MIN_BODY_BYTES || bodyBytes > MAX_BODY_BYTES) return { kind: 'bad' };
  const total = RECORD_HEADER_BYTES + bodyBytes;
  if (left < total) return { kind: 'cut', needBytes: total };

  const end = offset + total;
  if (!isWhole(bytes, offset, end, start + offset)) return { kind: 'bad' };
  const sourceEnd = offset + 18 + bytes.readUInt16LE(offset + 16);
  const topicEnd = sourceEnd + 2 + bytes.readUInt16LE(sourceEnd);
  return {
    kind: 'record',
    bytes: total,
    message: {
      position: start + offset,
      receivedAtMs: bytes.readDoubleLE(offset + 8),
      source: bytes.toString('utf8', offset + 18, sourceEnd),
      topic: bytes.toString('utf8', sourceEnd + 2, topicEnd),
      payload: bytes.subarray(topicEnd, end),
    },
  };
}

/** The length of the record at `offset` of bytes whose first stands at position `start`; 0 where no whole one stands. */
export function recordBytesAt(bytes: Buffer, offset: number, start: number): number {
  if (bytes.length - offset < RECORD_HEADER_BYTES + MIN_BODY_BYTES) return 0;
  const total = RECORD_HEADER_BYTES + bytes.readUInt32LE(offset);
  if (total < RECORD_HEADER_BYTES + MIN_BODY_BYTES || total > bytes.length - offset) return 0;
  return isWhole(bytes, offset, offset + total, start + offset) ? total : 0;
}

function isWhole(bytes: Buffer, offset: number, end: number, position: number): boolean {
  const sourceEnd = offset + 18 + bytes.readUInt16LE(offset + 16);
  if (sourceEnd + 2 > end || sourceEnd + 2 + bytes.readUInt16LE(sourceEnd) > end) return false;
  return bytes.readUInt32LE(offset + 4) === checksumOf(bytes, offset, end, position);
}

// The length is part of what is checked: a run of zeros is no record. So is the position: neither a stale block of an
// older segment nor a record inside somebody's payload passes for one.
function checksumOf(bytes: Buffer, offset: number, end: number, position: number): number {
  prefix.writeDoubleLE(position, 0);
  prefix.writeUInt32LE(end - offset - RECORD_HEADER_BYTES, 8);
  return crc32c(bytes.subarray(offset + RECORD_HEADER_BYTES, end), checksumOfPrefix());
}

// Going over to the library costs as much as a hundred bytes: for twelve it is not worth it.
function checksumOfPrefix(): number {
  let crc = -1;
  for (const byte of prefix) crc = CRC32C[(crc ^ byte) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}

const prefix = Buffer.alloc(12);

/** What a byte does to a crc32c: polynomial 0x1EDC6F41, reflected. */
const CRC32C = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  return crc;
});
