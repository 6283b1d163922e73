/** An allowance that fills at a steady rate up to a burst. Pure but for its own count. */
export interface TokenBucket {
  /** What may be taken at `nowMs`; not positive where there is nothing. */
  available(nowMs: number): number;
  /** Takes so much, also more than there is: what follows waits for the debt. */
  take(amount: number): void;
}

/** A full bucket. A clock that is set back costs nothing but the time it was set back by. */
export function createTokenBucket(perSecond: number, burst: number, startMs: number): TokenBucket {
  let tokens = burst;
  let filledAtMs = startMs;
  return {
    available: (nowMs) => {
      tokens = Math.min(burst, tokens + (Math.max(0, nowMs - filledAtMs) * perSecond) / 1000);
      filledAtMs = nowMs;
      return tokens;
    },
    take: (amount) => (tokens -= amount),
  };
}
