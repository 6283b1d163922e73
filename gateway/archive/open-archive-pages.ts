import { join } from 'node:path';

import type { SpoolPage } from '../spool/read-spool.ts';
import { SEGMENT_HEADER_BYTES } from '../spool/segment.ts';
import type { ArchiveFile, BlockEntry } from './archive-format.ts';
import { openArchiveFile, type ArchivedBlock } from './open-archive-file.ts';

/** A file of the archive, read as the piece of the log that it keeps. */
export interface ArchivePages {
  file: ArchiveFile;
  /**
   * Records from `from` on that stand before `limit`, about `maxBytes` of the log; at least one where there is one.
   * Bytes that were no record in the segment are damage as they were there; what the archive cannot give is missing.
   */
  read(from: number, limit: number, maxBytes: number): Promise<SpoolPage>;
  close(): Promise<void>;
}

/** Opens a file of the archive in `folder`. Holds one unpacked block at a time. Throws what the disk throws. */
export async function openArchivePages(folder: string, file: ArchiveFile): Promise<ArchivePages> {
  const opened = await openArchiveFile(join(folder, file.name));
  // Headers that were found without the index are checked only when their block is read: they may say anything.
  const entries = opened.blocks
    .filter(({ from, to }) => file.from <= from && from < to && to <= file.to)
    .toSorted((a, b) => a.from - b.from);
  let last: { entry: BlockEntry; block: ArchivedBlock } | undefined;

  async function blockOf(entry: BlockEntry): Promise<ArchivedBlock> {
    if (last?.entry !== entry) last = { entry, block: await opened.read(entry) };
    return last.block;
  }

  return {
    file,
    close: () => opened.close(),
    read: async (from, limit, maxBytes) => {
      const page: SpoolPage = { messages: [], next: Math.max(from, file.from + SEGMENT_HEADER_BYTES), damages: [] };
      const goal = page.next + Math.max(1, maxBytes);
      for (const entry of entries) {
        if (page.next >= goal || entry.from >= limit) break;
        if (entry.to <= page.next) continue;
        const block = await blockOf(entry);
        // Where it really ends is told by the next one that is whole.
        if (block.kind === 'damaged') continue;
        passOver(page, Math.max(page.next, entry.from), true);
        if (block.kind === 'bytes') passOver(page, Math.min(entry.to, limit), false);
        else takeRecords(page, entry, block, Math.min(goal, limit));
      }
      if (page.next < goal) passOver(page, limit, true);
      return page;
    },
  };
}

function takeRecords(
  page: SpoolPage,
  entry: BlockEntry,
  { records }: Extract<ArchivedBlock, { kind: 'records' }>,
  end: number,
): void {
  const { positions } = records;
  for (let n = firstFrom(positions, page.next); n < positions.length && page.next < end; n++) {
    // Whoever begins within a record has lost it.
    passOver(page, positions[n]!, false);
    page.messages.push(records.message(n));
    page.next = positions[n + 1] ?? entry.to;
  }
}

function firstFrom(positions: Float64Array, from: number): number {
  const index = positions.findIndex((position) => position >= from);
  return index < 0 ? positions.length : index;
}

// Large damage is kept in several blocks: it is one stretch all the same.
function passOver(page: SpoolPage, to: number, isMissing: boolean): void {
  const bytes = to - page.next;
  if (bytes <= 0) return;
  const before = page.damages.at(-1);
  if (before !== undefined && before.position + before.bytes === page.next && (before.missing ?? false) === isMissing)
    before.bytes += bytes;
  else page.damages.push({ position: page.next, bytes, ...(isMissing ? { missing: true } : {}) });
  page.next = to;
}
