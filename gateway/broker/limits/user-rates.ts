import { createTokenBucket } from './token-bucket.ts';

/** What {@link createUserRates} needs. */
export interface UserRateOptions {
  messagesPerS: number;
  bytesPerS: number;
  /** Milliseconds of a clock that is never set. */
  elapsedMs: () => number;
  /** Told how long a user was held back, each time that it may go on. */
  onThrottled(ms: number): void;
}

/** How fast one user may send, over all of its connections together. */
export interface UserRate {
  /** Messages that may pass now; below 1 none. */
  messages(): number;
  /** Bytes that may pass now; below 1 none. */
  bytes(): number;
  take(messages: number, bytes: number): void;
  /** Calls `resume` once, a moment later. Who was served last waits behind who was not. */
  wait(resume: () => void): void;
}

/** The rates of all users; each is remembered, so that connecting anew gives no fresh allowance. */
export interface UserRates {
  of(user: string): UserRate;
}

/** Short against every keep-alive, long enough to hand on many messages at a time. */
const PAUSE_MS = 25;

/** Allows each user a second's worth at once, and the rates after that. */
export function createUserRates(options: UserRateOptions): UserRates {
  const { messagesPerS, bytesPerS, elapsedMs } = options;
  const rates = new Map<string, UserRate>();

  function createRate(): UserRate {
    const messages = createTokenBucket(messagesPerS, messagesPerS, elapsedMs());
    const bytes = createTokenBucket(bytesPerS, bytesPerS, elapsedMs());
    let waiting: (() => void)[] = [];

    function goOn(sinceMs: number): void {
      options.onThrottled(elapsedMs() - sinceMs);
      const resumes = waiting;
      waiting = [];
      for (const resume of resumes) resume();
    }

    return {
      messages: () => messages.available(elapsedMs()),
      bytes: () => bytes.available(elapsedMs()),
      take: (messageCount, byteCount) => {
        messages.take(messageCount);
        bytes.take(byteCount);
      },
      wait: (resume) => {
        waiting.push(resume);
        if (waiting.length > 1) return;
        const sinceMs = elapsedMs();
        setTimeout(() => goOn(sinceMs), PAUSE_MS).unref();
      },
    };
  }

  return {
    of: (user) => {
      let rate = rates.get(user);
      if (rate === undefined) rates.set(user, (rate = createRate()));
      return rate;
    },
  };
}
