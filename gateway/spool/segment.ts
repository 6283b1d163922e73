import { announcedBytes, parseRecord } from './record.ts';

/** First bytes of a segment: magic with the format's version, then the position at which the segment begins. */
export const SEGMENT_HEADER_BYTES = 16;
const MAGIC = 'JNSPOOL1';
const NAME = /^([0-9a-f]{16})\.segment$/;

/** A segment is named after the position of its first byte; a position is an offset in the log as a whole. */
export function segmentName(base: number): string {
  return `${base.toString(16).padStart(16, '0')}.segment`;
}

/** The bases of the segments among the files of a folder, rising. A name past all positions is no segment's. */
export function segmentBases(names: readonly string[]): number[] {
  return names
    .map((name) => NAME.exec(name)?.[1])
    .filter((hex) => hex !== undefined)
    .map((hex) => Number.parseInt(hex, 16))
    .filter(Number.isSafeInteger)
    .sort((a, b) => a - b);
}

/** The header that begins a segment. */
export function segmentHeader(base: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  header.write(MAGIC, 0, 'latin1');
  header.writeDoubleLE(base, 8);
  return header;
}

/**
 * Where the whole records of the segment that begins at `base` end, as an offset in its bytes. Garbage that is followed by a whole record is
 * a damaged record in the middle, not the end.
 */
export function validEnd(bytes: Buffer, base: number): number {
  let end = Math.min(SEGMENT_HEADER_BYTES, bytes.length);
  let offset: number | undefined = end;
  while (offset !== undefined) {
    const parsed = parseRecord(bytes, offset, base);
    if (parsed.kind === 'record') {
      offset += parsed.bytes;
      end = offset;
    } else {
      offset = nextRecord(bytes, offset + 1, base);
    }
  }
  return end;
}

/** The offset of the first whole record at or after `from` in bytes that begin at position `start`; undefined: none. */
export function nextRecord(bytes: Buffer, from: number, start: number): number | undefined {
  for (let offset = from; offset < bytes.length; offset++) {
    if (parseRecord(bytes, offset, start).kind === 'record') return offset;
  }
  return undefined;
}

/**
 * True where the bytes from `offset` on look like records whose lengths lead exactly to the end of the file: then the
 * write was complete, and what is wrong with them came later.
 */
export function endsWithRecord(bytes: Buffer, offset: number): boolean {
  let at = offset;
  while (at < bytes.length) {
    const recordBytes = announcedBytes(bytes, at);
    if (recordBytes === undefined) return false;
    at += recordBytes;
  }
  return at === bytes.length && at > offset;
}
