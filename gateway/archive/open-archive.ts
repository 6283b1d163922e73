import { stat } from 'node:fs/promises';
import { join } from 'node:path';

import { messageOf, PlatformError } from '../../domain/errors.ts';
import { isDiskFull } from '../spool/is-disk-full.ts';
import { pruneSpool } from '../spool/prune-spool.ts';
import { readRecordAt } from '../spool/read-record-at.ts';
import type { SpooledMessage } from '../spool/record.ts';
import { segmentBases, segmentName } from '../spool/segment.ts';
import type { SpoolIo } from '../spool/spool-io.ts';
import type { ArchiveFile } from './archive-format.ts';
import { listArchive } from './list-archive.ts';
import { openArchiveFile } from './open-archive-file.ts';
import { UNFINISHED_SUFFIX, writeArchiveFile } from './write-archive-file.ts';

/** What {@link openArchive} needs. */
export interface ArchiveOptions {
  spoolFolder: string;
  /** Of the archive, apart from the spool's. */
  folder: string;
  /** How long a file is kept after the receipt of its newest message; 0: nothing is archived. */
  days: number;
  io: SpoolIo;
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds until a segment that could not be archived is tried again. */
  retryMs?: number;
  /** From this position on everything must stay readable, whatever its age; undefined: nothing is waited for. */
  heldFrom?(): number | undefined;
}

/** What the archive holds. */
export interface ArchiveStatus {
  files: number;
  bytes: number;
  /** Receipt of the oldest message kept, epoch milliseconds; undefined in an empty archive. */
  oldestReceivedAtMs: number | undefined;
  /** Why segments could not be archived the last time; empty where all is well. They stay, and are tried again. */
  failure: string;
}

/** A message, and where its bytes lie. */
export interface FoundMessage {
  message: SpooledMessage;
  in: 'spool' | 'archive';
}

/** The raw bytes of stored messages, compressed, for as many days as set. */
export interface Archive {
  /**
   * Archives the segments all of whose records lie before the position, oldest first, and removes each once its
   * archive is on disk; the newest segment always stays. Resolves when that is done or has failed (see `failure`), and
   * never rejects. Called again while it runs, it goes on to the later position: it never runs twice at once.
   */
  keep(before: number): Promise<void>;
  /**
   * The message whose record stood at exactly that position, from the archive or the spool; undefined where none did,
   * or none is kept any more. Throws `archive-damaged` where it lies in bytes that cannot be trusted.
   */
  messageAt(position: number): Promise<SpooledMessage | undefined>;
  /** The same, and where it was found. */
  find(position: number): Promise<FoundMessage | undefined>;
  /** Removes the files past their days, and tells how many. Throws what the disk throws. */
  prune(): Promise<number>;
  status(): ArchiveStatus;
  /** Gives up the segment at hand, which stays in the spool. */
  close(): Promise<void>;
}

type KeptFile = ArchiveFile & { bytes: number };

const DAY_MS = 86_400_000;
const RETRY_MS = 10_000;

/** Opens the archive, and clears away what a crash left half written. */
export async function openArchive(options: ArchiveOptions): Promise<Archive> {
  const { spoolFolder, folder, io } = options;
  const heldFrom = (): number => options.heldFrom?.() ?? Number.POSITIVE_INFINITY;
  if (options.days > 0) await io.makeFolder(folder);
  let files = await listFiles(folder, io);
  let goal = 0;
  let failure = '';
  let running: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;

  async function keepAll(): Promise<void> {
    try {
      let reached: number;
      do {
        reached = goal;
        failure = await keepRound();
      } while (reached < goal && failure === '');
    } catch (error) {
      failure = `The archive does not get on: ${messageOf(error)}`;
    } finally {
      running = undefined;
      if (failure !== '' && !closed) retry = setTimeout(() => void keep(goal), options.retryMs ?? RETRY_MS).unref();
    }
  }

  // A segment that fails stays, and does not hold up the others; a full disk takes none of them.
  async function keepRound(): Promise<string> {
    const failed = new Set<number>();
    let problem = '';
    for (;;) {
      const segment = await oldestWhole(failed);
      if (segment === undefined || closed) return problem;
      try {
        await keepSegment(segment);
      } catch (error) {
        problem = `A segment could not be archived: ${messageOf(error)}`;
        if (isDiskFull(error)) return problem;
        failed.add(segment.from);
      }
    }
  }

  async function oldestWhole(failed: ReadonlySet<number>): Promise<{ from: number; to: number } | undefined> {
    if (options.days === 0) {
      await pruneSpool(spoolFolder, Math.min(goal, heldFrom()), io);
      return undefined;
    }
    const bases = segmentBases(await io.list(spoolFolder));
    const from = bases.find((base, n) => !failed.has(base) && (bases[n + 1] ?? Number.POSITIVE_INFINITY) <= goal);
    if (from === undefined) return undefined;
    // One that failed before may stand alone by now: it ends where one begins that has gone into the archive since.
    const behind = [...bases, ...files.map((file) => file.from)].filter((base) => base > from);
    return { from, to: behind.reduce((first, base) => Math.min(first, base)) };
  }

  async function keepSegment({ from, to }: { from: number; to: number }): Promise<void> {
    const path = join(spoolFolder, segmentName(from));
    // Of an abandoned segment more may be left than counts: behind `to` another one has taken over.
    const segment = (await io.read(path)).subarray(0, to - from);
    const nowMs = options.now();
    const file = await writeArchiveFile({ folder, io, segment, from, nowMs, isCancelled: () => closed });
    if (closed) return;
    // Known before the segment goes: at every moment its messages can be found.
    if (file !== undefined) files = [...files.filter(({ name }) => name !== file.name), file];
    await io.unlink(path);
  }

  const keep = async (before: number): Promise<void> => {
    goal = Math.max(goal, before);
    if (closed) return;
    clearTimeout(retry);
    await (running ??= keepAll());
  };

  async function archivedAt(position: number): Promise<FoundMessage | undefined> {
    const file = files.findLast(({ from, to }) => from <= position && position < to);
    const message = file === undefined ? undefined : await readFrom(join(folder, file.name), position);
    return message && { message, in: 'archive' };
  }

  async function spooledAt(position: number): Promise<FoundMessage | undefined> {
    const message = await readRecordAt(spoolFolder, position);
    return message && { message, in: 'spool' };
  }

  // Between the two looks a segment may have gone into the archive.
  const find = async (position: number): Promise<FoundMessage | undefined> =>
    (await archivedAt(position)) ?? (await spooledAt(position)) ?? archivedAt(position);

  return {
    keep,
    find,
    messageAt: async (position) => (await find(position))?.message,
    prune: async () => {
      const limitMs = options.now() - options.days * DAY_MS;
      const old = files.filter(({ newestMs, to }) => newestMs < limitMs && to <= heldFrom());
      for (const { name } of old) {
        await io.unlink(join(folder, name));
        files = files.filter((file) => file.name !== name);
      }
      return old.length;
    },
    status: () => ({
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      oldestReceivedAtMs: files.map(({ oldestMs }) => oldestMs).sort((a, b) => a - b)[0],
      failure,
    }),
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await running;
    },
  };
}

async function listFiles(folder: string, io: SpoolIo): Promise<KeptFile[]> {
  await clearUnfinished(folder, io);
  const kept: KeptFile[] = [];
  for (const file of await listArchive(folder, io)) {
    kept.push({ ...file, bytes: (await stat(join(folder, file.name))).size });
  }
  return kept;
}

async function clearUnfinished(folder: string, io: SpoolIo): Promise<void> {
  // There may be no folder.
  const names = await io.list(folder).catch(() => []);
  for (const name of names) if (name.endsWith(UNFINISHED_SUFFIX)) await io.unlink(join(folder, name));
}

async function readFrom(path: string, position: number): Promise<SpooledMessage | undefined> {
  const file = await openArchiveFile(path).catch((error: NodeJS.ErrnoException) => {
    // Its days may be over just now.
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const entry = file.blocks.find(({ from, to }) => from <= position && position < to);
    if (entry === undefined && file.isFrameWhole) return undefined;
    const block = entry === undefined ? undefined : await file.read(entry);
    if (block === undefined || block.kind === 'damaged')
      throw new PlatformError('archive-damaged', `The archive is damaged at position ${position}: ${path}`);
    if (block.kind === 'bytes') return undefined;
    const index = block.records.positions.indexOf(position);
    return index < 0 ? undefined : block.records.message(index);
  } finally {
    await file.close();
  }
}
