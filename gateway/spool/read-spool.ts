import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { parseRecord, type SpooledMessage } from './record.ts';
import { nextRecord, SEGMENT_HEADER_BYTES, segmentBases, segmentName } from './segment.ts';

/** Bytes of the log that are no record, or are missing: reported, never a reason to stop. */
export interface Damage {
  position: number;
  bytes: number;
}

/** A piece of the log. Reading goes on at `next`. */
export interface SpoolPage {
  messages: SpooledMessage[];
  next: number;
  damages: Damage[];
}

/** Reads committed records in order, from any position on. */
export interface SpoolReader {
  /** Records from `from` on that stand before `end`, about `maxBytes` of them; at least one where there is one. */
  read(from: number, end: number, maxBytes: number): Promise<SpoolPage>;
  close(): Promise<void>;
}

/** Opens a reader on the segments of `folder`; it may run beside the writer, also in another thread. */
export function createSpoolReader(folder: string): SpoolReader {
  let current: { base: number; handle: FileHandle } | undefined;

  async function handleOf(base: number): Promise<FileHandle> {
    if (current?.base === base) return current.handle;
    await current?.handle.close();
    current = undefined;
    current = { base, handle: await open(join(folder, segmentName(base)), 'r') };
    return current.handle;
  }

  // The segment that holds `position`, and where the next one begins.
  async function locate(position: number): Promise<{ base: number; nextBase: number | undefined } | undefined> {
    const bases = segmentBases(await readdir(folder));
    const index = bases.findLastIndex((base) => base <= position);
    if (index >= 0) return { base: bases[index]!, nextBase: bases[index + 1] };
    return bases[0] === undefined ? undefined : { base: bases[0], nextBase: bases[1] };
  }

  async function read(from: number, end: number, maxBytes: number): Promise<SpoolPage> {
    const page: SpoolPage = { messages: [], next: from, damages: [] };
    if (from >= end) return page;
    const segment = await locate(from);
    if (segment === undefined) return page;
    const start = Math.max(from, segment.base + SEGMENT_HEADER_BYTES);
    if (from < segment.base) page.damages.push({ position: from, bytes: segment.base - from });
    const limit = Math.min(end, segment.nextBase ?? end);
    const handle = await handleOf(segment.base);
    let bytes = await readAt(handle, start - segment.base, Math.min(limit - start, maxBytes));
    const first = parseRecord(bytes, 0);
    if (first.kind === 'cut' && first.needBytes > bytes.length) {
      bytes = await readAt(handle, start - segment.base, Math.min(limit - start, first.needBytes));
    }
    const wanted = Math.min(limit - start, Math.max(maxBytes, bytes.length));
    const endOfFile = bytes.length < wanted;
    const used = takeRecords(bytes, start, endOfFile || start + bytes.length >= limit, page);
    page.next = start + used;
    if (endOfFile && page.next < limit) {
      page.damages.push({ position: page.next, bytes: limit - page.next });
      page.next = limit;
    }
    if (page.next === segment.nextBase && end > page.next) page.next += SEGMENT_HEADER_BYTES;
    return page;
  }

  return {
    read,
    close: async () => {
      await current?.handle.close();
      current = undefined;
    },
  };
}

// Returns how many bytes were dealt with. A cut record at the end is left for the next page, unless `last`.
function takeRecords(bytes: Buffer, start: number, last: boolean, page: SpoolPage): number {
  let offset = 0;
  while (offset < bytes.length) {
    const parsed = parseRecord(bytes, offset);
    if (parsed.kind === 'record') {
      page.messages.push({ ...parsed.message, position: start + offset });
      offset += parsed.bytes;
      continue;
    }
    if (parsed.kind === 'cut' && !last) break;
    const next = nextRecord(bytes, offset + 1);
    if (next === undefined && !last && offset > 0) break;
    const resume = next ?? bytes.length;
    page.damages.push({ position: start + offset, bytes: resume - offset });
    offset = resume;
  }
  return offset;
}

async function readAt(handle: FileHandle, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, bytes));
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
  return buffer.subarray(0, bytesRead);
}
