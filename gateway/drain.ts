import { messageOf, PlatformError } from '../domain/errors.ts';
import type { ReadingRow } from '../domain/reading.ts';
import type { SeriesStore } from '../storage/series/port.ts';
import { decodeMessage } from './decode/decode-message.ts';
import type { Directory } from './directory.ts';
import type { Quarantine, QuarantineEntry } from './quarantine.ts';
import type { Cursor } from './spool/cursor.ts';
import type { SpoolReader } from './spool/read-spool.ts';
import type { SpooledMessage } from './spool/record.ts';
import { validate, type ValidationLimits } from './validate/validate.ts';

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
  store: SeriesStore;
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
    const { rows, entries } = sortOut(page.messages, options);
    for (const { bytes } of page.damages) status.damagedBytes += bytes;

    if (entries.length > 0) await persist(() => quarantine.put(entries)); // 1. nothing is dropped
    const outcome = rows.length > 0 ? await persist(() => store.writeReadings(rows)) : undefined; // 2. confirmed …
    if (page.next === cursor.position()) return;
    await cursor.advance(page.next); // 3. … then forgotten

    status.position = page.next;
    status.messages += page.messages.length;
    status.stored += outcome?.stored ?? 0;
    status.duplicates += outcome?.duplicates ?? 0;
    status.conflicts += outcome?.conflicts ?? 0;
    for (const { reason } of entries) status.quarantined[reason] = (status.quarantined[reason] ?? 0) + 1;
    await options.onAdvanced(page.next);
  }

  // Tries for ever: only a confirmed write lets the cursor move.
  async function persist<T>(write: () => Promise<T>): Promise<T> {
    for (let waitMs = options.retryMs.first; ; waitMs = Math.min(waitMs * 2, options.retryMs.longest)) {
      try {
        const result = await write();
        status.holding = '';
        return result;
      } catch (error) {
        if (closed) throw error;
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

function sortOut(
  messages: readonly SpooledMessage[],
  options: DrainOptions,
): { rows: ReadingRow[]; entries: QuarantineEntry[] } {
  const rows: ReadingRow[] = [];
  const entries: QuarantineEntry[] = [];
  for (const message of messages) {
    const decoded = decodeMessage(message, options.baseTopic);
    const refused = [...decoded.refused];
    for (const item of decoded.items) {
      const outcome = validate(item, options.directory.meter(item.meter), message, options.limits);
      if (outcome.ok) for (const row of outcome.rows) rows.push(row);
      else refused.push({ index: item.index, reason: outcome.reason, detail: outcome.detail });
    }
    for (const { index, reason, detail } of refused) {
      entries.push({
        position: message.position,
        index,
        receivedAtMs: message.receivedAtMs,
        topic: message.topic,
        collector: message.source,
        payload: message.payload,
        reason,
        detail,
      });
    }
  }
  return { rows, entries };
}
