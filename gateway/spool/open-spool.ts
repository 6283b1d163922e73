import { join } from 'node:path';

import { messageOf, PlatformError } from '../../domain/errors.ts';
import { encodeRecord, sealRecord, type SpoolMessage } from './record.ts';
import { SEGMENT_HEADER_BYTES, segmentBases, segmentHeader, segmentName, validEnd } from './segment.ts';
import type { SpoolFile, SpoolIo } from './spool-io.ts';

/** What {@link openSpool} needs. */
export interface SpoolOptions {
  folder: string;
  io: SpoolIo;
  /**
   * Positions begin no lower: a consumer that has got so far must not take new messages for old ones because the
   * folder was lost and its cursor was not.
   */
  atLeast?: number;
  /** A segment is closed when it has grown past this. */
  segmentBytes: number;
  /** Bytes that one commit writes at most, so that a commit stays short. */
  commitBytes: number;
  /** Milliseconds until a full disk is tried again. */
  retryFullMs: number;
  /** Told after each commit: everything before `position` is on disk. */
  onCommitted(position: number): void;
  /** Told when the disk failed for another reason than being full: nothing more can be promised, the process must end. */
  onFatal(error: PlatformError): void;
}

/** The durable log of messages: what `append` resolved is on disk. */
export interface Spool {
  /** Resolves with the record's position once its bytes are fdatasync'ed. Rejects only when the spool is closed. */
  append(message: SpoolMessage): Promise<number>;
  /** Everything before it is on disk. */
  committed(): number;
  /** False while the disk is full, and after it failed: nothing is acknowledged. */
  accepting(): boolean;
  /** Messages taken but not on disk yet. */
  pending(): number;
  /** Bytes of a torn tail that were set aside at open. */
  readonly tornBytes: number;
  /** Commits what is pending and closes; what cannot be committed is rejected. */
  close(): Promise<void>;
}

interface Waiting {
  bytes: Buffer;
  resolve: (position: number) => void;
  reject: (error: PlatformError) => void;
}

const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Opens the log in `folder`, sets a torn tail aside and begins a new segment behind it. It never refuses to start
 * over what stands in the segments, nor for a full disk: then it opens without accepting.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, io } = options;
  await io.makeFolder(folder);
  const { end, tornBytes } = await settleLastSegment(folder, io);

  let base = Math.max(end, options.atLeast ?? 0);
  let file: SpoolFile | undefined;
  let committed = base;
  let waiting: Waiting[] = [];
  let committing = 0;
  let running: Promise<void> | undefined;
  let full = false;
  let failed = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;

  async function rollIfNeeded(): Promise<SpoolFile> {
    if (file !== undefined && committed - base < options.segmentBytes) return file;
    await file?.close();
    file = undefined;
    base = committed;
    file = await createSegment(folder, io, base);
    committed = base + SEGMENT_HEADER_BYTES;
    return file;
  }

  function takeGroup(): Waiting[] {
    let bytes = 0;
    let count = 0;
    while (count < waiting.length && (count === 0 || bytes < options.commitBytes))
      bytes += waiting[count++]!.bytes.length;
    const group = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return group;
  }

  // After a full disk it runs once with nothing waiting: a new segment alone shows that there is space again.
  async function commitAll(): Promise<void> {
    do {
      const group = takeGroup();
      committing = group.length;
      try {
        await commit(await rollIfNeeded(), group);
      } catch (error) {
        waiting = [...group, ...waiting];
        committing = 0;
        await onFailure(error);
        return;
      }
      full = false;
    } while (waiting.length > 0);
  }

  async function commit(target: SpoolFile, group: readonly Waiting[]): Promise<void> {
    if (group.length === 0) return;
    const positions: number[] = [];
    let position = committed;
    for (const { bytes } of group) {
      sealRecord(bytes, position);
      positions.push(position);
      position += bytes.length;
    }
    await target.write(Buffer.concat(group.map((w) => w.bytes)));
    await target.datasync();
    committed = position;
    committing = 0;
    for (const [index, { resolve }] of group.entries()) resolve(positions[index]!);
    options.onCommitted(committed);
  }

  async function onFailure(error: unknown): Promise<void> {
    if (isDiskFull(error)) return waitForSpace();
    failed = true;
    options.onFatal(
      new PlatformError('spool-failed', `The spool could not be written: ${messageOf(error)}`, { cause: error }),
    );
  }

  async function waitForSpace(): Promise<void> {
    full = true;
    await abandonSegment();
    if (!closed) retry = setTimeout(start, options.retryFullMs);
  }

  // After a failed write or sync nobody knows what the disk holds past the last commit: go on in a new segment.
  async function abandonSegment(): Promise<void> {
    const abandoned = file;
    file = undefined;
    await abandoned?.truncate(committed - base).catch(() => undefined);
    await abandoned?.close().catch(() => undefined);
  }

  function start(): void {
    if (running !== undefined) return;
    running = commitAll().finally(() => {
      running = undefined;
      if (waiting.length > 0 && !full && !failed && !closed) start();
    });
  }

  try {
    await rollIfNeeded();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    await waitForSpace();
  }

  return {
    append: (message) =>
      new Promise((resolve, reject) => {
        if (closed || failed)
          return reject(new PlatformError('spool-failed', 'The spool is closed', { retryable: true }));
        waiting.push({ bytes: encodeRecord(message), resolve, reject });
        if (!full) start();
      }),
    committed: () => committed,
    accepting: () => !full && !failed,
    pending: () => waiting.length + committing,
    tornBytes,
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await running;
      // After a failure a second fsync may succeed without the first one's bytes: it proves nothing.
      if (waiting.length > 0 && !full && !failed) await commitAll();
      for (const { reject } of waiting) reject(new PlatformError('spool-failed', 'The spool is closed'));
      waiting = [];
      await file?.close().catch(() => undefined);
    },
  };
}

function isDiskFull(error: unknown): boolean {
  return DISK_FULL.has((error as NodeJS.ErrnoException).code ?? '');
}

// A segment's entry must be on disk before a record in it is acknowledged: else a power loss takes the whole file.
async function createSegment(folder: string, io: SpoolIo, base: number): Promise<SpoolFile> {
  const path = join(folder, segmentName(base));
  const file = await io.create(path).catch(async (error: NodeJS.ErrnoException) => {
    // Left behind by a creation that did not get to its first commit.
    if (error.code !== 'EEXIST') throw error;
    await io.unlink(path);
    return io.create(path);
  });
  try {
    await file.write(segmentHeader(base));
    await file.datasync();
    await io.syncFolder(folder);
    return file;
  } catch (error) {
    // A disk that stays full is tried again and again: no attempt may keep a handle.
    await file.close().catch(() => undefined);
    throw error;
  }
}

async function settleLastSegment(folder: string, io: SpoolIo): Promise<{ end: number; tornBytes: number }> {
  const base = segmentBases(await io.list(folder)).at(-1);
  if (base === undefined) return { end: 0, tornBytes: 0 };
  const path = join(folder, segmentName(base));
  const bytes = await io.read(path);
  const end = validEnd(bytes, base);
  const torn = bytes.subarray(end);
  const file = await io.open(path);
  if (torn.length > 0) {
    await keepAside(join(folder, `${base + end}-${bytes.length}.torn`), torn, io);
    await file.truncate(end);
  }
  // What a reader may have seen must not vanish behind a later segment.
  await file.datasync();
  await file.close();
  return { end: Math.max(base + end, base + SEGMENT_HEADER_BYTES), tornBytes: torn.length };
}

// For whoever wants to look; nothing in it was acknowledged, so a full disk is no reason not to start.
async function keepAside(path: string, torn: Uint8Array, io: SpoolIo): Promise<void> {
  const file = await io.create(path).catch(() => undefined);
  await file?.write(torn).catch(() => undefined);
  await file?.close().catch(() => undefined);
}
