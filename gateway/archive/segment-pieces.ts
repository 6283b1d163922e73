import { recordBytesAt } from '../spool/record.ts';
import { nextRecord, SEGMENT_HEADER_BYTES, segmentHeader } from '../spool/segment.ts';

/**
 * A piece of a segment, by offsets: whole records that stand one behind the other, or bytes that are none and are kept
 * as they are.
 */
export type SegmentPiece =
  | { kind: 'records'; from: number; to: number; starts: readonly number[] }
  | { kind: 'bytes'; from: number; to: number };

/**
 * Takes the segment that begins at `base` to pieces of about `pieceBytes`; every byte is in one of them, but for a
 * header that is as it should be. One piece at a time is looked for, so that whoever asks can do other work between.
 */
export function* segmentPieces(bytes: Buffer, base: number, pieceBytes: number): Generator<SegmentPiece> {
  let offset = Math.min(SEGMENT_HEADER_BYTES, bytes.length);
  if (!bytes.subarray(0, offset).equals(segmentHeader(base))) yield { kind: 'bytes', from: 0, to: offset };
  while (offset < bytes.length) {
    const from = offset;
    const starts: number[] = [];
    while (offset - from < pieceBytes) {
      const recordBytes = recordBytesAt(bytes, offset, base);
      if (recordBytes === 0) break;
      starts.push(offset);
      offset += recordBytes;
    }
    if (starts.length > 0) {
      yield { kind: 'records', from, to: offset, starts };
      continue;
    }
    const next = nextRecord(bytes, offset + 1, base) ?? bytes.length;
    for (; offset < next; offset = Math.min(next, offset + pieceBytes)) {
      yield { kind: 'bytes', from: offset, to: Math.min(next, offset + pieceBytes) };
    }
  }
}
