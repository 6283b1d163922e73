import type { Zone } from '../domain/zone.ts';
import type { SeriesStore, WriteOutcome } from '../storage/series/port.ts';
import { isOutage } from './deferred/circuit.ts';
import { createDeferral, withoutDeferral, type Waiting } from './deferred/deferral.ts';
import { readDeferred } from './deferred/read-deferred.ts';
import { undatedPositions, withoutUndated } from './deferred/undated.ts';
import type { Directory } from './directory.ts';
import { keepSessions, type SparkplugMemory } from './keep-sessions.ts';
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
  /** Messages that wait for the relational store, since when, and the position of the first. */
  deferred: { messages: number; sinceMs: number | undefined; from: number | undefined };
}

/** What {@link openDrain} needs. */
export interface DrainOptions {
  reader: SpoolReader;
  cursor: Cursor;
  directory: Directory;
  store: Pick<SeriesStore, 'writeReadings'>;
  quarantine: Quarantine;
  redeliveries: RedeliveryMemory;
  /** Births and nodes of Sparkplug. */
  sparkplug: SparkplugMemory;
  /** Lets messages wait that need quarantine or redeliveries while these do not answer; left out, all waits for them. */
  waiting?: Waiting;
  baseTopic: string;
  /** In which devices without an offset tell the time. */
  zone: Zone;
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
  /** What waits can be dealt with: looks at once. */
  resume(): void;
  status(): DrainStatus;
  /** Resolves true when everything committed so far is dealt with and nothing waits, false when `timeoutMs` have passed. */
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
 * a store that is down only makes the spool grow. While only the relational store is down, what needs it waits in a list
 * and the rest is stored; then what waited is dealt with by position, a piece after each batch of what comes in.
 */
export function openDrain(options: DrainOptions): Drain {
  const { reader, cursor, batchAgeMs, batchBytes, waiting } = options;
  const now = (): number => options.now();
  const tries = createTries(options.retryMs, now);
  const stores: Omit<BatchStores, 'deferral'> = {
    store: options.store,
    quarantine: options.quarantine,
    tries,
    now,
    onStored: (write) => options.onStored?.(write),
  };
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
    await tellDamages(page);

    const { retries } = tries.status();
    const deferral = createDeferral(tries, waiting, now);
    // 1. One answer, however often it is asked. Who comes later must not be asked first.
    const settling = (): Promise<void> => settleTimes(batch, options.redeliveries);
    if (batch.undated.length > 0 && !(await deferral.attempt(undatedPositions(batch), settling, true))) {
      withoutUndated(batch);
    }
    // What explains the data of later batches is kept before this one is forgotten.
    await keepSessions(options.sparkplug, deferral);
    ahead = lookAhead(page.next);
    const outcome = await storeBatch(batch, page, page.next, { ...stores, deferral }); // 2. nothing is dropped, all is confirmed …
    await tries.untilDone(() => cursor.advance(page.next)); // 3. … then forgotten
    // The registry may be another after a long wait: what was refused by the old one may be taken now.
    if (tries.status().retries > retries) ahead = ahead.then(() => undefined);

    oldestUnstoredMs = undefined;
    done.position = page.next;
    done.messages += page.messages.length;
    count(batch, outcome);
    await options.onAdvanced(page.next);
    return page.messages.length > 0;
  }

  async function tellDamages({ damages }: SpoolPage): Promise<void> {
    if (damages.length === 0) return;
    await tries.untilDone(async () => options.onDamage?.(damages));
    for (const { bytes } of damages) done.damagedBytes += bytes;
  }

  function count(batch: Batch, outcome: WriteOutcome): void {
    done.stored += outcome.stored;
    done.duplicates += outcome.duplicates;
    done.conflicts += outcome.conflicts;
    for (const { reason } of batch.entries) done.quarantined[reason] = (done.quarantined[reason] ?? 0) + 1;
  }

  // The registry must be known, which it is by the time that the spool tells how far it is.
  const canDeal = (): boolean => end > 0 && isWaiting() && !waiting!.circuit.isOpen();
  const isWaiting = (): boolean => waiting?.list.first() !== undefined;

  // A piece of what waits, taken apart anew: what of it was stored already is so once more, without effect.
  async function dealWithDeferred(held: Waiting): Promise<void> {
    const { list, circuit } = held;
    const piece = await tries.untilDone(() => readDeferred(held.reader, list.ranges(), batchBytes));
    await tellDamages(piece);
    const batch = await sortOut(piece.messages, options);
    const deferral = withoutDeferral(tries, held);
    try {
      await deferral.attempt([], () => settleTimes(batch, options.redeliveries));
      await keepSessions(options.sparkplug, deferral);
      count(batch, await storeBatch(batch, piece, undefined, { ...stores, deferral }));
    } catch (error) {
      if (!isOutage(error)) throw error;
      circuit.open(error);
      return;
    }
    await tries.untilDone(() => list.done(piece.next, piece.messages.length));
    await options.onAdvanced(cursor.position());
  }

  async function run(): Promise<void> {
    let beganMs = Number.NEGATIVE_INFINITY;
    while (!closed) {
      if (canDeal()) await dealWithDeferred(waiting!);
      if (cursor.position() >= end && !closed) {
        if (canDeal()) continue;
        if (!isWaiting()) for (const resolve of settled.splice(0)) resolve();
        await idle();
        if (cursor.position() >= end) continue;
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
    resume: () => wake(),
    status: () => ({
      ...done,
      quarantined: { ...done.quarantined },
      ...tries.status(),
      oldestUnstoredMs,
      deferred: waiting?.list.status() ?? { messages: 0, sinceMs: undefined, from: undefined },
    }),
    settle: async (timeoutMs) => {
      if (cursor.position() >= end && !isWaiting()) return true;
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
      await waiting?.reader.close();
      await waiting?.list.close();
    },
  };
}
