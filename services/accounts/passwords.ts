import { hash, verify } from '@node-rs/argon2';

import { PlatformError } from '../../domain/errors.ts';

/** Hashes and checks passwords by argon2id. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** With `undefined` (no such user) it does the same work and says no. */
  matches(passwordHash: string | undefined, password: string): Promise<boolean>;
}

/** The cost of one hash; the defaults are those OWASP names for argon2id (19 MiB, 2 passes, one thread). */
export interface PasswordCost {
  memoryKib?: number;
  passes?: number;
  /** How many may wait for their turn before others are turned away. */
  maxWaiting?: number;
}

/**
 * Passwords hashed one at a time: several at once would take the thread pool from under fdatasync, and the meters'
 * acknowledgements with it. Throws `not-ready` (retryable) where too many wait already.
 */
export function createPasswords(cost: PasswordCost = {}): Passwords {
  // argon2id is the library's default; its enum cannot be imported under isolated modules.
  const options = { memoryCost: cost.memoryKib ?? 19_456, timeCost: cost.passes ?? 2, parallelism: 1 };
  const maxWaiting = cost.maxWaiting ?? 100;
  let waiting = 0;
  let tail: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (waiting >= maxWaiting) {
      throw new PlatformError('not-ready', 'Too many people log in at once; try again in a moment', {
        retryable: true,
      });
    }
    waiting += 1;
    const turn = tail.then(work).finally(() => {
      waiting -= 1;
    });
    tail = turn.catch(() => undefined);
    return turn;
  }

  let decoy: Promise<string> | undefined;
  return {
    hash: async (password) => inTurn(() => hash(password, options)),
    matches: async (passwordHash, password) => {
      decoy ??= inTurn(() => hash('no user has this password', options));
      const against = passwordHash ?? (await decoy);
      const same = await inTurn(() => verify(against, password));
      return same && passwordHash !== undefined;
    },
  };
}
