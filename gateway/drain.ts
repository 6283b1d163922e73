import { messageOf, PlatformError } from '../domain/errors.ts';
import type { SeriesStore, WriteOutcome } from '../storage/series/port.ts';
import type { Directory } from './directory.ts';
import type { Quarantine } from './quarantine/quarantine.ts';
import { quarantineEntry, sortOut, type Batch } from './sort-out.ts';
import type { Cursor } from './spool/cursor.ts';
import type { SpoolReader } from './spool/read-spool.ts';
import type { ValidationLimits } from './validate/validate.ts';

/** What the drain has done since it was opened; counters only rise. */
export interface DrainStatus {
  position: number;
  messages: number;
  stored: number;
  duplicates: number;
  conflicts: number;
  quarantined: Record<string, number>;
  damagedBytes: number;
  /** The store's last refusal; empty while it takes what comes. */
  holding: string;
}

/** What {@link openDrain} needs. */
export interface DrainOptions {
  reader: SpoolReader;
  cursor: Cursor;
  directory: Directory;
  store: Pick<SeriesStore, 'writeReadings'>;
  quarantine: Quarantine;
  baseTopic: string;
  limits: ValidationLimits;
  /** Bytes of the spool in one batch. */
  batchBytes: number;
  /** Milliseconds that a lone message may wait for company. */
  batchAgeMs: number;
  /** First and longest wait before a store that is down is tried again, milliseconds. */
  retryMs: { first: number; longest: number };
  /** Told after each batch was stored and the cursor moved. */
  onAdvanced(position: number): Promise<void>;
}

/** The consumer that turns spooled bytes into stored readings. */
export interface Drain {
  /** Tells how far the spool is committed. */
  committed(position: number): void;
  status(): DrainStatus;
  /** Resolves when everything committed so far is stored, or `timeoutMs` have passed. */
  settle(timeoutMs: number): Promise<boolean>;
  /** Finishes the batch at hand and stops. */
  close(): Promise<void>;
}

/**
 * Spool → decode → validate → store, at least once: the cursor moves only after the store and the quarantine have
 * confirmed, and both take the same message twice without effect. A store that is down only makes the spool grow.
 */
export function openDrain(options: DrainOptions): Drain {
  const { reader, cursor, store, quarantine } = options;
  const status: DrainStatus = {
    position: cursor.position(),
    messages: 0,
    stored: 0,
    duplicates: 0,
    conflicts: 0,
    quarantined: {},
    damagedBytes: 0,
    holding: '',
  };
  let end = 0;
  let closed = false;
  let wake: () => void = () => undefined;
  let endPause: () => void = () => undefined;
  let settled: (() => void)[] = [];

  const idle = (ms?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  // Only closing cuts a pause short: traffic must not make a store that is down be asked more often.
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function drainBatch(): Promise<void> {
    const page = await reader.read(cursor.position(), end, options.batchBytes);
    const batch = sortOut(page.messages, options);
    const { entries } = batch;
    const outcome = { stored: 0, duplicates: 0, conflicts: 0 };

    await storeRows(batch, 0, batch.rows.length, outcome); // 1. confirmed …
    if (entries.length > 0) await persist(() => quarantine.put(entries)); // 2. … nothing is dropped …
    if (page.next === cursor.position()) return;
    await persist(() => cursor.advance(page.next)); // 3. … then forgotten

    status.position = page.next;
    status.messages += page.messages.length;
    status.stored += outcome.stored;
    status.duplicates += outcome.duplicates;
    status.conflicts += outcome.conflicts;
    for (const { bytes } of page.damages) status.damagedBytes += bytes;
    for (const { reason } of entries) status.quarantined[reason] = (status.quarantined[reason] ?? 0) + 1;
    await options.onAdvanced(page.next);
  }

  // One row that the store refuses for good must not hold up the others: halve until it stands alone.
  async function storeRows(batch: Batch, from: number, to: number, outcome: WriteOutcome): Promise<void> {
    if (from === to) return;
    try {
      const written = await persist(() => store.writeReadings(batch.rows.slice(from, to)));
      outcome.stored += written.stored;
      outcome.duplicates += written.duplicates;
      outcome.conflicts += written.conflicts;
    } catch (error) {
      if (!isRejection(error)) throw error;
      if (to - from === 1) {
        batch.entries.push(quarantineEntry(batch.origins[from]!, 'store-rejected', error.message));
        return;
      }
      const middle = (from + to) >>> 1;
      await storeRows(batch, from, middle, outcome);
      await storeRows(batch, middle, to, outcome);
    }
  }

  // Tries for ever: only a confirmed write lets the cursor move.
  async function persist<T>(write: () => Promise<T>): Promise<T> {
    for (let waitMs = options.retryMs.first; ; waitMs = Math.min(waitMs * 2, options.retryMs.longest)) {
      try {
        const result = await write();
        status.holding = '';
        return result;
      } catch (error) {
        if (closed || isRejection(error)) throw error;
        status.holding = messageOf(error);
        await pause(waitMs);
        if (closed) throw new PlatformError('store-unavailable', 'The drain was closed while the store was down');
      }
    }
  }

  async function run(): Promise<void> {
    while (!closed) {
      if (cursor.position() >= end) {
        for (const resolve of settled.splice(0)) resolve();
        await idle();
        if (!closed && end - cursor.position() < options.batchBytes) await idle(options.batchAgeMs);
      }
      if (closed) return;
      const before = cursor.position();
      await drainBatch();
      // The writer's header of a new segment may be all that was committed.
      if (cursor.position() === before) end = Math.min(end, before);
    }
  }

  const running = run().catch((error: unknown) => {
    if (!closed) throw error;
  });

  return {
    committed: (position) => {
      if (position <= end) return;
      const wasIdle = cursor.position() >= end;
      end = position;
      if (wasIdle || end - cursor.position() >= options.batchBytes) wake();
    },
    status: () => ({ ...status, quarantined: { ...status.quarantined } }),
    settle: async (timeoutMs) => {
      if (cursor.position() >= end) return true;
      const done = new Promise<true>((resolve) => settled.push(() => resolve(true)));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
      return Promise.race([done, late]).finally(() => clearTimeout(timer));
    },
    close: async () => {
      closed = true;
      wake();
      endPause();
      await running;
      await reader.close();
    },
  };
}

function isRejection(error: unknown): error is PlatformError {
  return error instanceof PlatformError && error.code === 'store-rejected';
}
