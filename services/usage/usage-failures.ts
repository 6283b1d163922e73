import { isRetryable, messageOf } from '../../domain/errors.ts';
import type { TouchedRange } from '../../storage/series/port.ts';

/** Whose usage could not be made, from which device time on, and why. */
export interface UsageFailures {
  /** Takes from `touched` the meters whose time to be tried again has not come, and adds those for whom it has. */
  sortOut(touched: Map<string, number>): void;
  /** True where the meter is tried again. */
  has(meter: string): boolean;
  /** What was tried has gone well, but for what `add` names after this. */
  forget(meters: Iterable<string>): void;
  /** Notes that `what` (a meter, or an institution that it counts for) failed. */
  add(meter: string, fromMs: number, what: string, error: unknown): void;
  /** All are tried again with the next run: what they failed for may have been put right. */
  retryNow(): void;
  /** What the touch log has to keep. */
  ranges(): TouchedRange[];
  /** A sentence for health; empty where there is none. */
  detail(): string;
}

interface Failure {
  fromMs: number;
  detail: string;
  retryAtMs: number;
}

const RETRY_MS = 60_000;
/** What the store had no room for may fit soon. */
const RETRY_STORE_MS = 5000;
const NAMED = 3;

/** Starts without failures. */
export function createUsageFailures(now: () => number): UsageFailures {
  const failures = new Map<string, Failure>();
  return {
    sortOut: (touched) => {
      for (const [meter, failure] of failures) {
        failure.fromMs = Math.min(failure.fromMs, touched.get(meter) ?? failure.fromMs);
        if (failure.retryAtMs > now()) touched.delete(meter);
        else touched.set(meter, failure.fromMs);
      }
    },
    has: (meter) => failures.has(meter),
    forget: (meters) => {
      for (const meter of meters) failures.delete(meter);
    },
    add: (meter, fromMs, what, error) => {
      const detail = `Usage of ${what}: ${messageOf(error)}`;
      const retryAtMs = now() + (isRetryable(error) ? RETRY_STORE_MS : RETRY_MS);
      failures.set(meter, { fromMs, detail, retryAtMs });
    },
    retryNow: () => {
      for (const failure of failures.values()) failure.retryAtMs = 0;
    },
    ranges: () => [...failures].map(([meter, { fromMs }]) => ({ meter, fromMs, toMs: fromMs })),
    detail: () => {
      const details = [...new Set([...failures.values()].map(({ detail }) => detail))];
      const more = details.length > NAMED ? [`and ${details.length - NAMED} more`] : [];
      return [...details.slice(0, NAMED), ...more].join('; ');
    },
  };
}
