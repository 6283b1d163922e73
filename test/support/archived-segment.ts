import { openArchiveFile } from '../../gateway/archive/open-archive-file.ts';
import { encodeRecord, sealRecord, type SpooledMessage } from '../../gateway/spool/record.ts';
import { segmentHeader } from '../../gateway/spool/segment.ts';

/** What a file of the archive gives back. */
export interface ArchivedSegment {
  messages: SpooledMessage[];
  /** The segment's bytes made anew from it, without what is damaged in the archive itself. */
  bytes: Buffer;
  damaged: { from: number; to: number }[];
  isFrameWhole: boolean;
}

/** Reads a whole file of the archive, of the segment that began at `base`. */
export async function archivedSegment(path: string, base: number): Promise<ArchivedSegment> {
  const file = await openArchiveFile(path);
  const messages: SpooledMessage[] = [];
  const damaged: { from: number; to: number }[] = [];
  const parts: Buffer[] = [];
  try {
    for (const entry of file.blocks) {
      const block = await file.read(entry);
      if (entry === file.blocks[0] && entry.from > base) parts.push(segmentHeader(base));
      if (block.kind === 'damaged') damaged.push({ from: block.from, to: block.to });
      if (block.kind === 'bytes') parts.push(block.bytes);
      if (block.kind !== 'records') continue;
      for (const n of block.records.positions.keys()) {
        const message = block.records.message(n);
        const record = encodeRecord(message);
        sealRecord(record, message.position);
        parts.push(record);
        messages.push(message);
      }
    }
  } finally {
    await file.close();
  }
  return { messages, bytes: Buffer.concat(parts), damaged, isFrameWhole: file.isFrameWhole };
}
