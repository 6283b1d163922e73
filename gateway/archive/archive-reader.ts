import { createSpoolReader, rememberDamages, type SpoolPage, type SpoolReader } from '../spool/read-spool.ts';
import { SEGMENT_HEADER_BYTES, segmentBases } from '../spool/segment.ts';
import type { SpoolIo } from '../spool/spool-io.ts';
import type { ArchiveFile } from './archive-format.ts';
import { listArchive } from './list-archive.ts';
import { openArchivePages, type ArchivePages } from './open-archive-pages.ts';

/** What {@link createArchiveReader} reads. */
export interface ArchiveReaderOptions {
  spoolFolder: string;
  archiveFolder: string;
  /** Lists both folders, and remembers in the spool's what was found damaged or missing. */
  io: SpoolIo;
}

/** What lies in both folders. */
interface Layout {
  bases: readonly number[];
  files: readonly ArchiveFile[];
  /** Behind it there is only the spool. */
  archivedTo: number;
}

/** Who gives what stands at a position, and up to where at most. */
type Place =
  | { in: 'archive'; file: ArchiveFile; limit: number }
  | { in: 'spool'; limit: number }
  | { in: 'nowhere'; limit: number };

/** How often a segment may vanish between looking and reading. */
const ATTEMPTS = 5;

/**
 * A reader of the whole log: what the spool no longer has comes from the archive, at the positions that it always had.
 * Only what neither of them can give is missing; a segment that goes into the archive meanwhile is found there.
 */
export function createArchiveReader({ spoolFolder, archiveFolder, io }: ArchiveReaderOptions): SpoolReader {
  const spool = createSpoolReader(spoolFolder);
  let layout: Layout | undefined;
  let current: { pages: ArchivePages; limit: number } | undefined;

  // The spool first: what leaves it between the two looks is in the archive by then.
  async function look(): Promise<Layout> {
    const bases = segmentBases(await io.list(spoolFolder));
    const files = await listArchive(archiveFolder, io);
    layout = { bases, files, archivedTo: files.reduce((to, file) => Math.max(to, file.to), 0) };
    return layout;
  }

  async function leaveFile(): Promise<void> {
    const left = current;
    current = undefined;
    await left?.pages.close();
  }

  async function readFrom(place: Place, from: number, end: number, maxBytes: number): Promise<SpoolPage> {
    if (place.in === 'nowhere') {
      await leaveFile();
      const next = Math.min(place.limit, end);
      const missing = { position: from, bytes: next - from, missing: true as const };
      // A segment without a record is not archived: its header leaves a gap in which none can have stood.
      return { messages: [], next, damages: missing.bytes === SEGMENT_HEADER_BYTES ? [] : [missing] };
    }
    if (place.in === 'archive') {
      await leaveFile();
      current = { pages: await openArchivePages(archiveFolder, place.file), limit: place.limit };
      return current.pages.read(from, Math.min(place.limit, end), maxBytes);
    }
    await leaveFile();
    return spool.read(from, Math.min(place.limit, end), maxBytes);
  }

  async function readPage(from: number, end: number, maxBytes: number): Promise<SpoolPage> {
    if (current !== undefined && from >= current.pages.file.from && from < current.limit)
      return current.pages.read(from, Math.min(current.limit, end), maxBytes);
    for (let attempt = 1; ; attempt++) {
      const known = layout !== undefined && from >= layout.archivedTo ? layout : await look();
      try {
        const place = placeOf(known, from);
        const page = await readFrom(place, from, end, maxBytes);
        const isLast = attempt === ATTEMPTS || place.in === 'archive';
        if (isLast || !page.damages.some(({ missing }) => missing)) return page;
        // Missing is said only of what is not in the archive either, as it is now.
        if (!isArchived(page, await look())) return page;
      } catch (error) {
        if (attempt === ATTEMPTS || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
        layout = undefined;
      }
    }
  }

  return {
    read: async (from, end, maxBytes) => {
      if (from >= end) return { messages: [], next: from, damages: [] };
      const page = await readPage(from, end, maxBytes);
      // What was no record in the segment has been remembered when it was read there.
      const isOfArchive = current !== undefined;
      await rememberDamages(
        spoolFolder,
        page.damages.filter(({ missing }) => missing || !isOfArchive),
        io,
      );
      return page;
    },
    close: async () => {
      await leaveFile();
      await spool.close();
    },
  };
}

// A segment that could not be archived ends where a file begins; one that a crash has left beside its file has the same.
function placeOf({ bases, files }: Layout, position: number): Place {
  const base = bases.findLast((at) => at <= position);
  const nextBase = bases.find((at) => at > position) ?? Number.POSITIVE_INFINITY;
  const nextFile = files.find(({ from }) => from > position)?.from ?? Number.POSITIVE_INFINITY;
  const file = files.findLast(({ from, to }) => from <= position && position < to);
  if (file !== undefined && (base === undefined || file.from >= base))
    return { in: 'archive', file, limit: Math.min(file.to, nextBase, nextFile) };
  const next = Math.min(nextBase, nextFile);
  if (base === undefined && next < Number.POSITIVE_INFINITY) return { in: 'nowhere', limit: next };
  return { in: 'spool', limit: nextFile };
}

function isArchived({ damages }: SpoolPage, { files }: Layout): boolean {
  return damages.some(
    ({ position, bytes, missing }) =>
      missing === true && files.some(({ from, to }) => from < position + bytes && position < to),
  );
}
