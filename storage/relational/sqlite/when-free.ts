import { setTimeout as wait } from 'node:timers/promises';

import { PlatformError } from '../../../domain/errors.ts';

/** Milliseconds between the first attempts; the last one stays. Short ones first: most transactions are. */
const PAUSES_MS = [1, 2, 5, 10, 15, 25];
/** Longer than the longest transaction of an import. */
const GIVES_UP_AFTER_MS = 30_000;

/**
 * Runs `statement`, again and again while another connection writes, without holding up the thread meanwhile. Rejects
 * with PlatformError `store-unavailable` (retryable) after 30 s.
 */
export async function whenFree<T>(statement: () => T, isClosing: () => boolean): Promise<T> {
  const since = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return statement();
    } catch (error) {
      if (!isBusy(error) || isClosing()) throw error;
      if (performance.now() - since > GIVES_UP_AFTER_MS) throw stillBusy(error);
    }
    await wait(PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)]);
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY');
}

function stillBusy(cause: unknown): PlatformError {
  const seconds = GIVES_UP_AFTER_MS / 1000;
  return new PlatformError(
    'store-unavailable',
    `The registry database is being written by others for ${seconds} s already; try again`,
    { retryable: true, cause },
  );
}
