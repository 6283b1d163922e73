import { setTimeout as wait } from 'node:timers/promises';

import { PlatformError } from '../../../domain/errors.ts';

/** Shorter than the gap that whoever writes without end leaves others (write-turns.ts): one of two that wait is in it. */
const ATTEMPT_EVERY_MS = 2;
/** Longer than the longest transaction of an import. */
const GIVES_UP_AFTER_MS = 30_000;

/**
 * Runs `statement`, again and again while another connection writes, without holding up the thread meanwhile. Rejects
 * with PlatformError `store-unavailable` (retryable) after 30 s.
 */
export async function whenFree<T>(statement: () => T, isClosing: () => boolean): Promise<T> {
  const since = performance.now();
  for (;;) {
    try {
      return statement();
    } catch (error) {
      if (!isBusy(error) || isClosing()) throw error;
      if (performance.now() - since > GIVES_UP_AFTER_MS) throw stillBusy(error);
    }
    await wait(ATTEMPT_EVERY_MS);
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
