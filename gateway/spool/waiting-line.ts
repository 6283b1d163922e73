import { PlatformError } from '../../domain/errors.ts';

/** A record that waits to be put on disk. */
export interface WaitingMessage {
  bytes: Buffer;
  resolve: (position: number) => void;
  reject: (error: PlatformError) => void;
  isAbandoned: (() => boolean) | undefined;
}

/** Records that wait to be put on disk, in the order in which they came. */
export interface WaitingLine {
  add(message: WaitingMessage): void;
  /** The next group: as many as it takes to reach `maxBytes`, at least one where there is one. */
  take(maxBytes: number): readonly WaitingMessage[];
  /** The group taken is on disk, each record at its position. */
  confirm(positions: readonly number[]): void;
  /** The group taken is not on disk: it stands in front again. */
  putBack(): void;
  /** Nobody is waiting beside the group taken. */
  isEmpty(): boolean;
  /** Records that are not on disk, and their bytes; the group taken included. */
  count(): number;
  bytes(): number;
  /** True once all that is in the line now was confirmed; false when {@link giveUp} was called before. */
  onDisk(): Promise<boolean>;
  giveUp(): void;
  /**
   * Rejects those whose sender has gone. They were not acknowledged, so they are sent again: kept here they would fill
   * the memory, one copy more for each time that a client connects anew.
   */
  dropAbandoned(): void;
  rejectAll(error: PlatformError): void;
}

/** An empty line. */
export function createWaitingLine(): WaitingLine {
  let waiting: WaitingMessage[] = [];
  let taken: readonly WaitingMessage[] = [];
  let bytes = 0;
  let flushes: { remaining: number; resolve: (isOnDisk: boolean) => void }[] = [];

  function countFlushes(confirmed: number): void {
    for (const flush of flushes) {
      flush.remaining -= confirmed;
      if (flush.remaining <= 0) flush.resolve(true);
    }
    flushes = flushes.filter(({ remaining }) => remaining > 0);
  }

  return {
    add: (message) => {
      bytes += message.bytes.length;
      waiting.push(message);
    },
    take: (maxBytes) => {
      let groupBytes = 0;
      let count = 0;
      while (count < waiting.length && (count === 0 || groupBytes < maxBytes))
        groupBytes += waiting[count++]!.bytes.length;
      taken = waiting.slice(0, count);
      waiting = waiting.slice(count);
      return taken;
    },
    confirm: (positions) => {
      const group = taken;
      taken = [];
      for (const [index, message] of group.entries()) {
        bytes -= message.bytes.length;
        message.resolve(positions[index]!);
      }
      if (flushes.length > 0) countFlushes(group.length);
    },
    putBack: () => {
      waiting = [...taken, ...waiting];
      taken = [];
    },
    isEmpty: () => waiting.length === 0,
    count: () => waiting.length + taken.length,
    bytes: () => bytes,
    onDisk: () => {
      const remaining = waiting.length + taken.length;
      if (remaining === 0) return Promise.resolve(true);
      return new Promise((resolve) => flushes.push({ remaining, resolve }));
    },
    giveUp: () => {
      for (const { resolve } of flushes) resolve(false);
      flushes = [];
    },
    dropAbandoned: () => {
      const kept: WaitingMessage[] = [];
      for (const message of waiting) {
        if (message.isAbandoned?.() !== true) {
          kept.push(message);
          continue;
        }
        bytes -= message.bytes.length;
        message.reject(
          new PlatformError('spool-full', 'The disk is full and the sender has gone', { retryable: true }),
        );
      }
      waiting = kept;
    },
    rejectAll: (error) => {
      for (const { reject } of waiting) reject(error);
      waiting = [];
      bytes = 0;
    },
  };
}
