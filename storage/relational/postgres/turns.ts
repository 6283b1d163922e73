import { PlatformError } from '../../../domain/errors.ts';

/** A bounded number of things at once; who comes then waits for its turn. */
export interface Turns {
  /** Resolves when it is one's turn; rejects with PlatformError `store-unavailable` (retryable) where that takes too long. */
  take(): Promise<void>;
  /** Gives the turn to the next. */
  give(): void;
}

/** Turns in the order in which they are asked for, for each of which one waits `waitMs` at most. */
export function createTurns(count: number, waitMs: number): Turns {
  let free = count;
  const waiting: (() => void)[] = [];

  function wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const turn = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(turn), 1);
        reject(
          new PlatformError(
            'store-unavailable',
            `The registry database has been busy with others for ${waitMs / 1000} s; try again`,
            { retryable: true },
          ),
        );
      }, waitMs);
      waiting.push(turn);
    });
  }

  return {
    take: () => {
      if (free === 0) return wait();
      free--;
      return Promise.resolve();
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    },
  };
}
