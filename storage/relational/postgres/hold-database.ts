import { setTimeout as wait } from 'node:timers/promises';

import { Client } from 'pg';

import { PlatformError } from '../../../domain/errors.ts';
import { connectionSettings, databaseName } from './connection-settings.ts';
import { failureToConnect } from './failure-of.ts';

/** A database that this platform alone may work on. */
export interface DatabaseHold {
  /**
   * Resolves when the database is ours for the first time: at once, or when its server can be reached. Rejects with
   * PlatformError `database-held` where another platform has it.
   */
  held: Promise<void>;
  isHeld(): boolean;
  release(): Promise<void>;
}

/** What a hold tells, and its pace. */
export interface HoldOptions {
  /** Another platform took the database while its server could not be reached: this one must end. */
  onTaken(error: PlatformError): void;
  /** Told once when the server cannot be reached, and once for each time that the hold breaks. */
  onProblem?(error: PlatformError): void;
  /** Between two attempts; 1 s where left out. */
  retryMs?: number;
  /** How long a predecessor that was killed may take to be gone for the server; 3 s where left out. */
  patienceMs?: number;
  /** The same where the predecessor may be our own lost connection, which a cut network hides from it; 60 s where left out. */
  retakePatienceMs?: number;
}

/** The name of the lock among those that others may use in the same database. */
const LOCK = 1_785_287_010;
/** The server notices within 20 s that this machine has gone without a word, and gives the lock to the next. */
const SERVER_WATCHES = 'set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 2';
const RETRY_MS = 1000;
const PATIENCE_MS = 3000;
const RETAKE_PATIENCE_MS = 60_000;
const CHECK_EVERY_MS = 5000;

/** Takes the database for as long as the process lives, with a lock that one connection of its own holds. */
export function holdDatabase(url: string, options: HoldOptions): DatabaseHold {
  const { retryMs = RETRY_MS, patienceMs = PATIENCE_MS, retakePatienceMs = RETAKE_PATIENCE_MS } = options;
  const database = databaseName(url);
  const ended = new AbortController();
  let client: Client | undefined;

  async function take(withinMs: number): Promise<void> {
    let refusedSince: number | undefined;
    let isTold = false;
    while (!ended.signal.aborted) {
      try {
        if (await lock()) return;
        refusedSince ??= performance.now();
        if (performance.now() - refusedSince >= withinMs) throw heldByOther(database);
      } catch (error) {
        if (error instanceof PlatformError && error.code === 'database-held') throw error;
        if (!isTold) options.onProblem?.(failureToConnect(error, database));
        isTold = true;
      }
      await wait(retryMs, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  }

  async function lock(): Promise<boolean> {
    const fresh = new Client(connectionSettings(url));
    fresh.on('error', () => undefined);
    try {
      await fresh.connect();
      await fresh.query(SERVER_WATCHES);
      const { rows } = await fresh.query<{ taken: number }>(
        'select pg_try_advisory_lock($1::int, hashtext(current_schema())) as taken',
        [LOCK],
      );
      if (rows[0]?.taken === 1 && !ended.signal.aborted) {
        client = fresh;
        return true;
      }
    } catch (error) {
      await fresh.end().catch(() => undefined);
      throw error;
    }
    await fresh.end();
    return false;
  }

  // Resolves when the connection that holds the lock is gone.
  async function broken(holder: Client): Promise<void> {
    const gone = new AbortController();
    holder.once('end', () => gone.abort());
    const either = AbortSignal.any([gone.signal, ended.signal]);
    while (!either.aborted) {
      await wait(CHECK_EVERY_MS, undefined, { signal: either }).catch(() => undefined);
      if (either.aborted) return;
      await holder
        .query({ text: 'select 1', query_timeout: CHECK_EVERY_MS } as { text: string })
        .catch(() => gone.abort());
    }
  }

  async function keep(): Promise<void> {
    while (client !== undefined && !ended.signal.aborted) {
      await broken(client);
      if (ended.signal.aborted) return;
      const lost = client;
      client = undefined;
      await lost.end().catch(() => undefined);
      await take(retakePatienceMs);
    }
  }

  const held = take(patienceMs);
  const done = held.then(() =>
    keep().catch((error: unknown) => {
      options.onTaken(error as PlatformError);
    }),
  );
  done.catch(() => undefined);
  return {
    held,
    isHeld: () => client !== undefined,
    release: async () => {
      ended.abort();
      await done.catch(() => undefined);
      await client?.end().catch(() => undefined);
      client = undefined;
    },
  };
}

function heldByOther(database: string): PlatformError {
  return new PlatformError(
    'database-held',
    `The database ${database} is in use by another running platform. Stop that one, or set DATABASE_URL to another database.`,
  );
}
