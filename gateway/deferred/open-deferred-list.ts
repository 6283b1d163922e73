import { dirname } from 'node:path';

import type { SpoolFile, SpoolIo } from '../spool/spool-io.ts';
import { DEFERRED_MAGIC, encodeDeferred, parseDeferred, type DeferredRecord } from './deferred-record.ts';
import { addRange, takeOff, type DeferredRange } from './deferred-ranges.ts';

/** Messages that were read from the spool and wait for a store that does not answer, by their positions. */
export interface DeferredList {
  /** What waits, by rising position. */
  ranges(): readonly DeferredRange[];
  /** The lowest position that waits: the bytes from there on must stay readable. */
  first(): number | undefined;
  status(): { messages: number; sinceMs: number | undefined; from: number | undefined };
  /** On disk when it resolves. What waits already is not listed twice. */
  add(ranges: readonly DeferredRange[]): Promise<void>;
  /** All before a position was dealt with, so many messages. On disk when it resolves. */
  done(before: number, messages: number): Promise<void>;
  close(): Promise<void>;
}

/** What {@link openDeferredList} needs. */
export interface DeferredListOptions {
  file: string;
  io: SpoolIo;
  /** Where the log begins that can still be read, and up to where it was dealt with: what damage is made good by. */
  log: { from: number; to: number };
  now: () => number;
  /** Told of records that could not be trusted; what they may have listed waits again. */
  onDamage?: (records: number) => void;
}

/** A file of so many records is written anew when most of them are of no more use. */
const COMPACT_RECORDS = 4096;

/**
 * Opens the list: a file to which a record is added for what begins to wait and for what was dealt with. There is no
 * file where nothing waits. What a crash cut off was never confirmed; where a record was damaged, everything that it may
 * have listed waits again, because dealing with a message twice changes nothing.
 */
export async function openDeferredList(options: DeferredListOptions): Promise<DeferredList> {
  const { file: path, io } = options;
  await io.unlink(`${path}.new`).catch(() => undefined);
  const bytes = await io.read(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  const ranges = bytes === undefined ? [] : rangesIn(bytes, options);
  let records = 0;
  let file: SpoolFile | undefined;
  /** The file is as it should be, up to its end. */
  let isSound = bytes === undefined;

  async function leave(): Promise<void> {
    await file?.close().catch(() => undefined);
    file = undefined;
  }

  // Beside, then renamed: at every moment one of the two is whole.
  async function writeAnew(): Promise<void> {
    await leave();
    if (ranges.length === 0) {
      await io.unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
      await io.syncFolder(dirname(path));
      records = 0;
      isSound = true;
      return;
    }
    const beside = `${path}.new`;
    await io.unlink(beside).catch(() => undefined);
    const created = await io.create(beside);
    try {
      await created.write(Buffer.concat([DEFERRED_MAGIC, ...ranges.map((range) => encodeDeferred(waits(range)))]));
      await created.datasync();
      await io.rename(beside, path);
      await io.syncFolder(dirname(path));
    } catch (error) {
      await created.close().catch(() => undefined);
      throw error;
    }
    file = created;
    records = ranges.length;
    isSound = true;
  }

  // What is in memory is what counts: after a failure nobody knows how the file ends, and it is written anew.
  async function note(added: readonly DeferredRecord[]): Promise<void> {
    const isUseless = ranges.length === 0 || (records >= COMPACT_RECORDS && ranges.length < records / 2);
    if (!isSound || file === undefined || isUseless) return writeAnew();
    isSound = false;
    await file.write(Buffer.concat(added.map(encodeDeferred)));
    await file.datasync();
    records += added.length;
    isSound = true;
  }

  // A disk without room for that is no reason not to start: the next note tries it again.
  if (bytes !== undefined) await writeAnew().catch(() => undefined);
  return {
    ranges: () => ranges,
    first: () => ranges[0]?.from,
    status: () => ({
      messages: ranges.reduce((sum, { messages }) => sum + messages, 0),
      from: ranges[0]?.from,
      sinceMs: ranges.reduce<number | undefined>((ms, { atMs }) => Math.min(ms ?? atMs, atMs), undefined),
    }),
    add: async (added) => {
      for (const range of added) addRange(ranges, range);
      await note(added.map(waits));
    },
    done: async (before, messages) => {
      const from = ranges[0]?.from ?? before;
      takeOff(ranges, before, messages);
      await note([{ kind: 'done', messages, from, to: before, atMs: options.now() }]);
    },
    close: leave,
  };
}

function waits(range: DeferredRange): DeferredRecord {
  return { kind: 'waits', ...range };
}

function rangesIn(bytes: Buffer, { log, now, onDamage }: DeferredListOptions): DeferredRange[] {
  const records = parseDeferred(bytes);
  const ranges: DeferredRange[] = [];
  let damaged = 0;
  let reached = log.from;
  for (const [index, record] of records.entries()) {
    if (record === undefined) {
      damaged++;
      // Positions rise from record to record: what it listed lies between its neighbours.
      const next = records.slice(index + 1).find((other) => other?.kind === 'waits')?.from ?? log.to;
      if (reached < next) addRange(ranges, { from: reached, to: next, messages: 1, atMs: now() });
    } else if (record.kind === 'waits') {
      addRange(ranges, { from: record.from, to: record.to, messages: record.messages, atMs: record.atMs });
      reached = Math.max(reached, record.to);
    } else {
      takeOff(ranges, record.to, record.messages);
    }
  }
  if (damaged > 0) onDamage?.(damaged);
  return ranges;
}
