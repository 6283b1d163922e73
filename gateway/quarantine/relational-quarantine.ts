import { setImmediate } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { answeredWithin } from '../deferred/answered-within.ts';
import { isOutage } from '../deferred/circuit.ts';
import { evict, oldestMessages, type Evictable, type EvictionCause } from './evict.ts';
import { insertEntries } from './insert-entries.ts';
import { addKept, countKept, type Kept } from './kept-bytes.ts';
import type { Quarantine } from './quarantine.ts';

/** What {@link openRelationalQuarantine} needs. */
export interface RelationalQuarantineOptions {
  db: Kysely<Database>;
  now(): number;
  /** Messages received longer ago than this go. */
  retentionMs: number;
  /** What payloads, topics and rows may take together; past it the oldest of whoever fills it most go. */
  maxBytes: number;
  /** How often it is looked for what is too old. */
  sweepMs: number;
  /** Meters, and collectors, that the registry does not know and that are listed as heard; none where left out. */
  heardMaximum?: number;
  /** Told when messages could not be let go; that is tried again at the next occasion. */
  onError(error: unknown): void;
}

/** What is kept, and what was let go since the quarantine was first opened. */
export interface QuarantineStatus {
  messages: number;
  bytes: number;
  maxBytes: number;
  evicted: Record<EvictionCause, number>;
}

/** Quarantine in the registry database. */
export interface RelationalQuarantine extends Quarantine {
  status(): QuarantineStatus;
  /** Lets go what is too old, and what is too much; happens by itself too. */
  sweep(): Promise<void>;
  close(): Promise<void>;
}

// A transaction is over before another thread that waits for its turn to write would be noticed to stand still.
const ENTRIES_A_TRANSACTION = 1500;
const MESSAGES_A_TRANSACTION = 250;
const ANSWER_MS = 5000;
/** Counting anew takes at most one part in so many of the time, unless something depends on it. */
const COUNT_SHARE = 20;
/** Size evictions go on to this share below the limit, and take turns between collectors in steps of it. */
const SLACK = 0.01;

/**
 * Opens the quarantine. What it keeps is counted in the background; a first `put` waits for that. A database that does
 * not answer yet is asked again.
 */
export async function openRelationalQuarantine(options: RelationalQuarantineOptions): Promise<RelationalQuarantine> {
  const { db, maxBytes, heardMaximum = 0 } = options;
  let evicted = await answeredWithin(ANSWER_MS, () => readEvicted(db)).catch((error: unknown) => {
    if (!isOutage(error)) throw error;
    return undefined;
  });
  let kept = new Map<string, Kept>();
  let isCounted = false;
  let replayed = 0;
  let countAgainMs = 0;
  let closed = false;

  // One at a time: what counts must not run beside what changes.
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  // Replays take messages away without a word; that they did shows in their requests.
  async function count(isUrgent: boolean): Promise<void> {
    evicted ??= await readEvicted(db);
    if (isCounted && !isUrgent && options.now() < countAgainMs) return;
    const sum = await db
      .selectFrom('replay_request')
      .select((eb) => eb.fn.sum<number | null>('messages').as('messages'))
      .executeTakeFirst();
    const replayedNow = sum?.messages ?? 0;
    if (isCounted && replayedNow === replayed) return;
    const beganMs = options.now();
    kept = await countKept(db);
    countAgainMs = options.now() + COUNT_SHARE * (options.now() - beganMs);
    replayed = replayedNow;
    isCounted = true;
  }

  async function letGo(messages: readonly Evictable[], cause: EvictionCause): Promise<void> {
    evicted ??= await readEvicted(db);
    evicted[cause] += await evict(db, messages, cause, kept);
    await setImmediate();
  }

  async function evictOld(): Promise<void> {
    const beforeMs = options.now() - options.retentionMs;
    while (!closed) {
      const old = await oldestMessages(db, { beforeMs }, MESSAGES_A_TRANSACTION);
      if (old.length === 0) return;
      await letGo(old, 'age');
    }
  }

  async function evictBeyondLimit(): Promise<void> {
    if (sizeOf(kept).bytes <= maxBytes) return;
    await count(true);
    if (sizeOf(kept).bytes <= maxBytes) return;
    const target = maxBytes * (1 - SLACK);
    while (!closed && sizeOf(kept).bytes > target) {
      const [first, second] = [...kept].toSorted(([, a], [, b]) => b.bytes - a.bytes);
      if (first === undefined) return;
      const [collector, { bytes }] = first;
      const excess = sizeOf(kept).bytes - target;
      const lead = bytes - (second?.[1].bytes ?? 0) + maxBytes * SLACK;
      const oldest = await oldestMessages(db, { collector }, MESSAGES_A_TRANSACTION);
      // Nothing there of what was counted: others have taken it away.
      if (oldest.length === 0) kept.delete(collector);
      else await letGo(asMuchAs(oldest, Math.min(excess, lead)), 'size');
    }
  }

  const sweep = (): Promise<void> =>
    inTurn(async () => {
      if (closed) return;
      await count(false);
      await evictOld();
      await evictBeyondLimit();
    });
  const sweepAloud = (): void => void sweep().catch((error: unknown) => options.onError(error));
  const timer = setInterval(sweepAloud, options.sweepMs);
  timer.unref();
  sweepAloud();

  return {
    put: (entries) =>
      inTurn(async () => {
        for (const part of inParts(entries, ENTRIES_A_TRANSACTION)) {
          const added = await db.transaction().execute((trx) => insertEntries(trx, part, heardMaximum));
          if (added === undefined) isCounted = false;
          else for (const [collector, { messages, bytes }] of added) addKept(kept, collector, messages, bytes);
          await setImmediate();
        }
        // What was put is put: that there is too much of it is no failure of the caller's.
        await evictBeyondLimit().catch((error: unknown) => options.onError(error));
      }),
    status: () => ({ ...sizeOf(kept), maxBytes, evicted: { age: 0, size: 0, ...evicted } }),
    sweep,
    close: async () => {
      closed = true;
      clearInterval(timer);
      await last;
    },
  };
}

function sizeOf(kept: ReadonlyMap<string, Kept>): Kept {
  const sum = { messages: 0, bytes: 0 };
  for (const { messages, bytes } of kept.values()) {
    sum.messages += messages;
    sum.bytes += bytes;
  }
  return sum;
}

/** The first messages that free so many bytes; at least one. */
function asMuchAs(messages: readonly Evictable[], wanted: number): Evictable[] {
  let freed = 0;
  const end = messages.findIndex(({ bytes }) => (freed += bytes) >= wanted);
  return end < 0 ? [...messages] : messages.slice(0, end + 1);
}

async function readEvicted(db: Kysely<Database>): Promise<Record<EvictionCause, number>> {
  const evicted = { age: 0, size: 0 };
  for (const { cause, messages } of await db.selectFrom('quarantine_evicted').selectAll().execute()) {
    if (cause === 'age' || cause === 'size') evicted[cause] = messages;
  }
  return evicted;
}
