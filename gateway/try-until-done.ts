import { messageOf, PlatformError } from '../domain/errors.ts';

/** Steps that must not be given up, tried one after another. */
export interface Tries {
  /**
   * Runs a step until it succeeds. Throws at once what is refused for good (`store-rejected`) and what `givesUp` is true
   * for, and all after close().
   */
  untilDone<T>(step: () => Promise<T>, givesUp?: (error: unknown) => boolean): Promise<T>;
  /** What the step at hand failed with last, since when, and how many tries failed so far. */
  status(): { holding: string; holdingSinceMs: number | undefined; retries: number };
  /** Ends a pause at once; the step at hand is tried no more. */
  close(): void;
}

/** Makes them, with pauses that double from `first` to `longest` milliseconds. */
export function createTries(retryMs: { first: number; longest: number }, now: () => number): Tries {
  let holding = '';
  let holdingSinceMs: number | undefined;
  let retries = 0;
  let closed = false;
  let endPause: () => void = () => undefined;

  // Only closing cuts a pause short: traffic must not make a store that is down be asked more often.
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  return {
    async untilDone(step, givesUp = () => false) {
      for (let waitMs = retryMs.first; ; waitMs = Math.min(waitMs * 2, retryMs.longest)) {
        try {
          const result = await step();
          holding = '';
          holdingSinceMs = undefined;
          return result;
        } catch (error) {
          if (closed || isRejection(error) || givesUp(error)) throw error;
          retries++;
          holding = messageOf(error);
          holdingSinceMs ??= now();
          await pause(waitMs);
          if (closed) throw new PlatformError('store-unavailable', 'Closed while a step had not succeeded');
        }
      }
    },
    status: () => ({ holding, holdingSinceMs, retries }),
    close: () => {
      closed = true;
      endPause();
    },
  };
}

/** True for what a store refuses for good: trying again changes nothing. */
export function isRejection(error: unknown): error is PlatformError {
  return error instanceof PlatformError && error.code === 'store-rejected';
}
