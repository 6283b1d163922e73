import { open, readdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { readAt } from './read-at.ts';
import { parseRecord, type SpooledMessage } from './record.ts';
import { nextRecord, SEGMENT_HEADER_BYTES, segmentBases, segmentName } from './segment.ts';
import { setAside } from './set-aside.ts';
import type { SpoolIo } from './spool-io.ts';

/** Bytes of the log that are no record, or are missing: reported, never a reason to stop. */
export interface Damage {
  position: number;
  bytes: number;
  /** There are no bytes at all: a segment is gone, or has lost its end. */
  missing?: true;
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

/**
 * Opens a reader on the segments of `folder`; it may run beside the writer, also in another thread. With `setAsideBy`
 * damage is remembered in the folder before the page that tells it is handed out.
 */
export function createSpoolReader(folder: string, options: { setAsideBy?: SpoolIo } = {}): SpoolReader {
  let current: { base: number; handle: FileHandle } | undefined;
  let known: readonly number[] = [];

  async function handleOf(base: number): Promise<FileHandle> {
    if (current?.base === base) return current.handle;
    await current?.handle.close();
    current = undefined;
    current = { base, handle: await open(join(folder, segmentName(base)), 'r') };
    return current.handle;
  }

  // The segment that holds `position`, and where the next one begins. Of a segment at hand that has a next one nothing
  // changes any more: the folder is looked at again only behind it.
  async function locate(position: number): Promise<Located | undefined> {
    const among = segmentAt(known, position);
    if (among?.nextBase !== undefined && among.base === current?.base && among.base <= position) return among;
    known = segmentBases(await readdir(folder));
    return segmentAt(known, position);
  }

  async function read(from: number, end: number, maxBytes: number): Promise<SpoolPage> {
    const page: SpoolPage = { messages: [], next: from, damages: [] };
    if (from >= end) return page;
    const segment = await locate(from);
    if (segment === undefined) return page;
    const start = Math.max(from, segment.base + SEGMENT_HEADER_BYTES);
    if (from < segment.base) page.damages.push({ position: from, bytes: segment.base - from, missing: true });
    const limit = Math.min(end, segment.nextBase ?? end);
    const handle = await handleOf(segment.base);
    const left = Math.max(0, limit - start);
    // A record larger than a page, or damage whose end is not in sight, needs a longer look.
    for (let wanted = Math.min(left, Math.max(1, maxBytes)); ; wanted = Math.min(left, wanted * 2)) {
      const bytes = await readAt(handle, start - segment.base, wanted);
      const endOfFile = bytes.length < wanted;
      const used = takeRecords(bytes, start, endOfFile || wanted === left, page);
      page.next = start + used;
      if (endOfFile) reportMissing(page, limit);
      if (used > 0 || endOfFile || wanted === left) break;
    }
    if (page.next === segment.nextBase && end > page.next) page.next += SEGMENT_HEADER_BYTES;
    return page;
  }

  return {
    read: async (from, end, maxBytes) => {
      const page = await read(from, end, maxBytes);
      if (options.setAsideBy !== undefined) await rememberDamages(folder, page.damages, options.setAsideBy);
      return page;
    },
    close: async () => {
      await current?.handle.close();
      current = undefined;
    },
  };
}

/** Sets aside what a reader has found damaged or missing in the spool's folder; never fails. */
export async function rememberDamages(folder: string, damages: readonly Damage[], io: SpoolIo): Promise<void> {
  const found = damages.map(({ position, bytes, missing }) => ({
    kind: missing ? ('missing' as const) : ('damaged' as const),
    position,
    bytes,
  }));
  await setAside(folder, found, io);
}

interface Located {
  base: number;
  nextBase: number | undefined;
}

// Where all begin behind `position` it is the first.
function segmentAt(bases: readonly number[], position: number): Located | undefined {
  const index = Math.max(
    0,
    bases.findLastIndex((base) => base <= position),
  );
  return bases[index] === undefined ? undefined : { base: bases[index], nextBase: bases[index + 1] };
}

// A segment that ends before the next one begins has lost its end.
function reportMissing(page: SpoolPage, limit: number): void {
  if (page.next >= limit) return;
  page.damages.push({ position: page.next, bytes: limit - page.next, missing: true });
  page.next = limit;
}

// Returns how many bytes were dealt with. What may go on behind the end of the bytes is left for the next page, unless
// `last`: a record that is cut there, and damage too, for a whole record may begin within it.
function takeRecords(bytes: Buffer, start: number, last: boolean, page: SpoolPage): number {
  let offset = 0;
  while (offset < bytes.length) {
    const parsed = parseRecord(bytes, offset, start);
    if (parsed.kind === 'record') {
      page.messages.push(parsed.message);
      offset += parsed.bytes;
      continue;
    }
    if (parsed.kind === 'cut' && !last) break;
    const next = nextRecord(bytes, offset + 1, start);
    if (next === undefined && !last) break;
    const resume = next ?? bytes.length;
    page.damages.push({ position: start + offset, bytes: resume - offset });
    offset = resume;
  }
  return offset;
}
