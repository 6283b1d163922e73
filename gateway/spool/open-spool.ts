import { messageOf, PlatformError } from '../../domain/errors.ts';
import { createSegment } from './create-segment.ts';
import { isDiskFull } from './is-disk-full.ts';
import { encodeRecord, sealRecord, type SpoolMessage } from './record.ts';
import { SEGMENT_HEADER_BYTES } from './segment.ts';
import { settleLastSegment } from './settle-last-segment.ts';
import { createSpaceWatch } from './space-watch.ts';
import type { SpoolFile, SpoolIo } from './spool-io.ts';
import { createWaitingLine } from './waiting-line.ts';

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
  /** With less free space than this nothing is committed, so that everything else can go on; 0 or left out: off. */
  lowWaterBytes?: number;
  /** Told after each commit: everything before `position` is on disk. */
  onCommitted(position: number): void;
  /** Told when the disk failed for another reason than being full: nothing more can be promised, the process must end. */
  onFatal(error: PlatformError): void;
}

/**
 * Whether messages are put on disk: `disk-full` and `low-water` end by themselves when there is room again, `failed`
 * does not.
 */
export type SpoolState = 'accepting' | 'disk-full' | 'low-water' | 'failed';

/** The durable log of messages: what `append` resolved is on disk. */
export interface Spool {
  /**
   * Resolves with the record's position once its bytes are fdatasync'ed. Rejects when the spool is closed or failed,
   * and with the retryable `spool-full` when the spool does not accept and `isAbandoned` tells that the sender, who
   * has no acknowledgement, no longer waits for one.
   */
  append(message: SpoolMessage, isAbandoned?: () => boolean): Promise<number>;
  /** True once everything appended before the call is on disk; false when that cannot be now. */
  flush(): Promise<boolean>;
  /** Everything before it is on disk. */
  committed(): number;
  state(): SpoolState;
  /** The state is `accepting`. Otherwise nothing is acknowledged. */
  accepting(): boolean;
  /** Free bytes of the disk when it was last asked; undefined without a low-water mark. */
  freeBytes(): number | undefined;
  /** Messages taken but not on disk yet. */
  pending(): number;
  /** Bytes of their records. */
  pendingBytes(): number;
  /** Bytes of a torn tail that were set aside at open. */
  readonly tornBytes: number;
  /** Commits what is pending and closes; what cannot be committed is rejected. */
  close(): Promise<void>;
}

/** Others fill the disk too: it is asked so often, whether there is traffic or not. */
const LOOK_EVERY_MS = 1000;

/**
 * Opens the log in `folder`, sets a torn tail aside and begins a new segment behind it. It never refuses to start
 * over what stands in the segments, nor for want of space: then it opens without accepting.
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { folder, io } = options;
  await io.makeFolder(folder);
  const { end, tornBytes } = await settleLastSegment(folder, io);
  const lowWaterBytes = options.lowWaterBytes ?? 0;
  const space = createSpaceWatch(folder, lowWaterBytes, io);
  const line = createWaitingLine();

  let base = Math.max(end, options.atLeast ?? 0);
  let file: SpoolFile | undefined;
  let committed = base;
  let told = base;
  let running: Promise<void> | undefined;
  let state: SpoolState = 'accepting';
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

  // It may run with nothing waiting: that shows whether there is space, where need be by a new segment.
  async function commitAll(): Promise<void> {
    do {
      if (space.isDue(committed) && (await space.isLow(committed))) return waitForSpace('low-water');
      const group = line.take(options.commitBytes);
      try {
        await commit(await rollIfNeeded(), group);
      } catch (error) {
        line.putBack();
        return onFailure(error);
      }
      state = 'accepting';
    } while (!line.isEmpty());
  }

  async function commit(target: SpoolFile, group: readonly { bytes: Buffer }[]): Promise<void> {
    // A segment may have been begun: its header is nothing to store, and must not look like that.
    if (group.length === 0) return tell();
    const positions: number[] = [];
    let position = committed;
    for (const { bytes } of group) {
      sealRecord(bytes, position);
      positions.push(position);
      position += bytes.length;
    }
    await target.write(Buffer.concat(group.map(({ bytes }) => bytes)));
    await target.datasync();
    committed = position;
    line.confirm(positions);
    tell();
  }

  function tell(): void {
    if (committed === told) return;
    told = committed;
    options.onCommitted(committed);
  }

  async function onFailure(error: unknown): Promise<void> {
    if (isDiskFull(error)) {
      await abandonSegment();
      return waitForSpace('disk-full');
    }
    state = 'failed';
    line.giveUp();
    options.onFatal(
      new PlatformError('spool-failed', `The spool could not be written: ${messageOf(error)}`, { cause: error }),
    );
  }

  function waitForSpace(reason: 'disk-full' | 'low-water'): void {
    state = reason;
    line.giveUp();
    if (!closed) retry = setTimeout(tryAgain, options.retryFullMs);
  }

  function tryAgain(): void {
    line.dropAbandoned();
    space.expire();
    start();
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
      if (!line.isEmpty() && state === 'accepting' && !closed) start();
    });
  }

  try {
    if (await space.isLow(committed)) waitForSpace('low-water');
    else await rollIfNeeded();
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    waitForSpace('disk-full');
  }
  const look = lowWaterBytes === 0 ? undefined : setInterval(lookForSpace, LOOK_EVERY_MS);

  function lookForSpace(): void {
    space.expire();
    if (state === 'accepting') start();
  }

  return {
    append: (message, isAbandoned) =>
      new Promise((resolve, reject) => {
        if (closed || state === 'failed')
          return reject(new PlatformError('spool-failed', 'The spool is closed', { retryable: true }));
        line.add({ bytes: encodeRecord(message), resolve, reject, isAbandoned });
        if (state === 'accepting') start();
      }),
    flush: () => (line.count() === 0 || (state === 'accepting' && !closed) ? line.onDisk() : Promise.resolve(false)),
    committed: () => committed,
    state: () => state,
    accepting: () => state === 'accepting',
    freeBytes: () => space.freeBytes(),
    pending: () => line.count(),
    pendingBytes: () => line.bytes(),
    tornBytes,
    close: async () => {
      closed = true;
      clearTimeout(retry);
      clearInterval(look);
      await running;
      // After a failure a second fsync may succeed without the first one's bytes: it proves nothing.
      if (!line.isEmpty() && state === 'accepting') await commitAll();
      line.rejectAll(new PlatformError('spool-failed', 'The spool is closed'));
      await file?.close().catch(() => undefined);
    },
  };
}
