/** How long to wait before an attempt, milliseconds. */
export interface BackoffLimits {
  first: number;
  longest: number;
}

/**
 * The pause before attempt number `failures` (from 1): doubled with each failure up to the longest, and between half
 * and all of that by `random` (0 to 1), so that many gateways do not come back at the same instant.
 */
export function backoffMs(failures: number, { first, longest }: BackoffLimits, random: () => number): number {
  const full = Math.min(longest, first * 2 ** Math.min(30, failures - 1));
  return Math.max(1, Math.round(full * (0.5 + random() / 2)));
}
