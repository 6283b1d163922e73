import { setTimeout as sleep } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import { noteHeardCollectors, type HeardCollector, type HeardOften } from './note-heard-collectors.ts';

/** What {@link openStrangerLog} needs. */
export interface StrangerLogOptions {
  db: Kysely<Database>;
  /** Names that are kept at most. */
  maximum: number;
  /** How often they are written, milliseconds. */
  everyMs: number;
  /** Told when they could not be written; they are with the next ones. */
  onError(error: unknown): void;
}

/** Remembers who tried to log in and is not registered. */
export interface StrangerLog {
  /** Costs nothing but memory, of which there is a bound. Passwords have no place here. */
  note(stranger: HeardCollector): void;
  /** Writes what is left. */
  close(): Promise<void>;
}

/** Names between two writes: whoever tries more is looking for a way in, not for a registration. */
const NAMES_AT_ONCE = 200;

/** Opens the log: attempts are summed up by name and written together. */
export function openStrangerLog(options: StrangerLogOptions): StrangerLog {
  let waiting = new Map<string, HeardOften>();
  const closing = new AbortController();

  async function write(): Promise<void> {
    if (waiting.size === 0) return;
    const strangers = waiting;
    waiting = new Map();
    try {
      await options.db
        .transaction()
        .execute((trx) => noteHeardCollectors(trx, [...strangers.values()], options.maximum));
    } catch (error) {
      options.onError(error);
      for (const stranger of strangers.values()) add(stranger);
    }
  }

  function add(stranger: HeardOften): void {
    const known = waiting.get(stranger.name);
    if (known === undefined) {
      if (waiting.size >= NAMES_AT_ONCE) makeRoom();
      waiting.set(stranger.name, { ...stranger });
      return;
    }
    known.times += stranger.times;
    known.firstMs = Math.min(known.firstMs, stranger.firstMs);
    if (stranger.atMs < known.atMs) return;
    const { atMs, clientId, address } = stranger;
    Object.assign(known, { atMs, clientId, address });
  }

  // Who tries again is a device: of the others the one that came first.
  function makeRoom(): void {
    for (const [name, { times }] of waiting) {
      if (times > 1) continue;
      waiting.delete(name);
      return;
    }
    const [oldest = ''] = waiting.keys();
    waiting.delete(oldest);
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      await sleep(options.everyMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined);
      await write();
    }
  }
  const running = run();

  return {
    note: (stranger) => {
      if (options.maximum > 0) add({ ...stranger, firstMs: stranger.atMs, times: 1 });
    },
    close: async () => {
      closing.abort();
      await running;
    },
  };
}
