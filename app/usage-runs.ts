import { getHeapStatistics } from 'node:v8';

import { messageOf } from '../domain/errors.ts';
import { giveBackMemory } from './give-back-memory.ts';

/** The recomputations of usage, one at a time. */
export interface UsageRuns {
  /** Runs every period from now on; said again it changes nothing. */
  start(): void;
  /** Resolves when a run that began after the call is over. */
  run(): Promise<void>;
  /** Why the last run failed; empty where it went well. */
  failure(): string;
  /** Runs that found something to do. */
  count(): number;
  /** Gives memory back to the system after bulk work, and now and then. */
  giveBackIfDue(): void;
  /** Starts nothing more; resolves when what runs is over. */
  close(): Promise<void>;
}

/** What {@link createUsageRuns} needs. */
export interface UsageRunsOptions {
  /** Makes what was touched; false where nothing was. */
  make(): Promise<boolean>;
  /** Why some of it could not be made though the run went well; empty where there is none. */
  leftOver(): string;
  periodMs: number;
}

/** A heap that has grown by this since memory was given back comes from bulk work, not from living on. */
const BULK_HEAP_BYTES = 96 * 1024 * 1024;
const GIVE_BACK_EVERY_MS = 20_000;
/** A collection holds up all that this thread is asked. */
const GIVE_BACK_AT_MOST_EVERY_MS = 2000;

/** Makes them. */
export function createUsageRuns(options: UsageRunsOptions): UsageRuns {
  let failure = '';
  let count = 0;
  let closed = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function run(): Promise<void> {
    running = running.then(async () => {
      if (closed) return;
      try {
        if (await options.make()) count++;
        giveBackIfDue();
        failure = options.leftOver();
      } catch (error) {
        failure = messageOf(error);
      }
    });
    return running;
  }

  function schedule(): void {
    if (closed) return;
    timer = setTimeout(() => void run().finally(schedule), options.periodMs);
  }

  // What the store's library holds for a result goes with the result's garbage, of which the engine sees only a shell.
  let givenBackMs = performance.now();
  // Ten thousand meters live on in more than bulk work takes: measured from nothing, every run would end in a collection.
  let livesOnBytes = 0;
  function giveBackIfDue(): void {
    const sinceMs = performance.now() - givenBackMs;
    if (sinceMs < GIVE_BACK_AT_MOST_EVERY_MS) return;
    const isBulk = getHeapStatistics().used_heap_size - livesOnBytes > BULK_HEAP_BYTES;
    if (!isBulk && sinceMs < GIVE_BACK_EVERY_MS) return;
    giveBackMemory();
    livesOnBytes = getHeapStatistics().used_heap_size;
    givenBackMs = performance.now();
  }

  return {
    start: () => {
      if (timer === undefined) schedule();
    },
    run,
    failure: () => failure,
    count: () => count,
    giveBackIfDue,
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await running;
    },
  };
}
