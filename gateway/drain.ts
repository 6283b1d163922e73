import type { SeriesStore } from '../storage/series/port.ts';
import type { Directory } from './directory.ts';
import type { Quarantine } from './quarantine/quarantine.ts';
import type { RedeliveryMemory } from './redelivery.ts';
import { settleTimes } from './settle-times.ts';
import { sortOut, type Batch } from './sort-out.ts';
import type { Cursor } from './spool/cursor.ts';
import type { Damage, SpoolPage, SpoolReader } from './spool/read-spool.ts';
import { storeBatch, type BatchStores } from './store-batch.ts';
import { createTries } from './try-until-done.ts';
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
  /** What keeps the batch at hand from being dealt with: the last refusal; empty while all goes well. */
  holding: string;
  /** Since when, epoch milliseconds. */
  holdingSinceMs: number | undefined;
  /** Steps that failed and were tried again. */
  retries: number;
  /** Receipt of the oldest message that was read and is not stored, epoch milliseconds; undefined when caught up. */
  oldestUnstoredMs: number | undefined;
}

/** What {@link openDrain} needs. */
export interface DrainOptions {
  reader: SpoolReader;
  cursor: Cursor;
  directory: Directory;
  store: Pick<SeriesStore, 'writeReadings'>;
  quarantine: Quarantine;
  redeliveries: RedeliveryMemory;
  baseTopic: string;
  limits: ValidationLimits;
  /** Bytes of the spool in one batch. */
  batchBytes: number;
  /** Least milliseconds from one batch to the next while fewer bytes wait; after a pause a message goes at once. */
  batchAgeMs: number;
  /** First and longest wait before a step that failed is tried again, milliseconds. */
  retryMs: { first: number; longest: number };
  now(): number;
  /** Told after each batch was stored and the cursor moved. */
  onAdvanced(position: number): Promise<void>;
  /** Told after each write that the store has confirmed: its rows and its time. */
  onStored?(write: { rows: number; ms: number }): void;
  /** Told of bytes that are no record, before the cursor moves behind them; may be told twice. */
  onDamage?(damages: readonly Damage[]): Promise<void>;
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

/** A piece of the spool, taken apart. */
interface Prepared {
  page: SpoolPage;
  batch: Batch;
}

/**
 * Spool → decode → validate → store, at least once: the cursor moves only after the store and the quarantine have
 * confirmed, and both take the same message twice without effect. A step that fails is tried until it succeeds, so that
 * a store that is down only makes the spool grow.
 */
export function openDrain(options: DrainOptions): Drain {
  const { reader, cursor, batchAgeMs, batchBytes, store, quarantine } = options;
  const now = (): number => options.now();
  const tries = createTries(options.retryMs, now);
  const stores: BatchStores = { store, quarantine, tries, now, onStored: (write) => options.onStored?.(write) };
  const done = {
    position: cursor.position(),
    messages: 0,
    stored: 0,
    duplicates: 0,
    conflicts: 0,
    quarantined: {} as Record<string, number>,
    damagedBytes: 0,
  };
  let oldestUnstoredMs: number | undefined;
  let end = 0;
  let closed = false;
  let wake: () => void = () => undefined;
  let settled: (() => void)[] = [];
  let ahead: Promise<Prepared | undefined> = Promise.resolve(undefined);

  const idle = (ms?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const read = (from: number): Promise<SpoolPage> => reader.read(from, end, batchBytes);
  const prepared = async (page: SpoolPage): Promise<Prepared> => ({
    page,
    batch: await sortOut(page.messages, options),
  });

  // While a batch is with the store, the next is got ready where a full one waits. What fails is left for its turn.
  const lookAhead = (from: number): Promise<Prepared | undefined> =>
    end - from < batchBytes ? Promise.resolve(undefined) : read(from).then(prepared, () => undefined);

  // Every step may be repeated: a crash between any two of them costs time, not truth. True where there was a message.
  async function drainBatch(): Promise<boolean> {
    const { page, batch } = (await ahead) ?? (await prepared(await tries.untilDone(() => read(cursor.position()))));
    ahead = Promise.resolve(undefined);
    if (page.next === cursor.position()) return false;
    oldestUnstoredMs = page.messages[0]?.receivedAtMs;
    const { damages } = page;
    if (damages.length > 0) await tries.untilDone(async () => options.onDamage?.(damages));

    const { retries } = tries.status();
    await tries.untilDone(() => settleTimes(batch, options.redeliveries)); // 1. one answer, however often it is asked
    ahead = lookAhead(page.next);
    const outcome = await storeBatch(batch, page.next, stores); // 2. nothing is dropped, all is confirmed …
    await tries.untilDone(() => cursor.advance(page.next)); // 3. … then forgotten
    // The registry may be another after a long wait: what was refused by the old one may be taken now.
    if (tries.status().retries > retries) ahead = ahead.then(() => undefined);

    oldestUnstoredMs = undefined;
    done.position = page.next;
    done.messages += page.messages.length;
    done.stored += outcome.stored;
    done.duplicates += outcome.duplicates;
    done.conflicts += outcome.conflicts;
    for (const { bytes } of damages) done.damagedBytes += bytes;
    for (const { reason } of batch.entries) done.quarantined[reason] = (done.quarantined[reason] ?? 0) + 1;
    await options.onAdvanced(page.next);
    return page.messages.length > 0;
  }

  async function run(): Promise<void> {
    let beganMs = Number.NEGATIVE_INFINITY;
    while (!closed) {
      if (cursor.position() >= end) {
        for (const resolve of settled.splice(0)) resolve();
        await idle();
      }
      // A batch costs much the same whether it holds ten readings or a thousand.
      const early = Math.min(batchAgeMs, beganMs + batchAgeMs - now());
      if (!closed && early > 0 && end - cursor.position() < batchBytes && settled.length === 0) await idle(early);
      if (closed) return;
      const startMs = now();
      const before = cursor.position();
      if (await drainBatch()) beganMs = startMs;
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
      if (wasIdle || end - cursor.position() >= batchBytes) wake();
    },
    status: () => ({ ...done, quarantined: { ...done.quarantined }, ...tries.status(), oldestUnstoredMs }),
    settle: async (timeoutMs) => {
      if (cursor.position() >= end) return true;
      const finished = new Promise<true>((resolve) => settled.push(() => resolve(true)));
      wake();
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<false>((resolve) => (timer = setTimeout(() => resolve(false), timeoutMs)));
      return Promise.race([finished, late]).finally(() => clearTimeout(timer));
    },
    close: async () => {
      closed = true;
      wake();
      tries.close();
      await running;
      await ahead;
      await reader.close();
    },
  };
}
