/** Far above any sum; larger numbers have no digits that `toFixed` could give. */
const MOST_UNITS = 1e20;

/**
 * A decimal number of units in millionths: undoes domain/micro's fromMicro exactly below 2³³ units. One beyond any sum
 * counts as the largest: what one institution entered must not stop the sums of all.
 */
export function toMicro(amount: number): bigint {
  const bounded = Math.max(-MOST_UNITS, Math.min(MOST_UNITS, amount));
  return BigInt(bounded.toFixed(6).replace('.', ''));
}

const SCALE = 1_000_000_000n;

/** Millionths × a factor of at most nine decimals, rounded once to millionths (half away from zero). */
export function timesFactor(micro: bigint, factor: number): bigint {
  const product = micro * BigInt(Math.round(factor * Number(SCALE)));
  return (product + (product < 0n ? -SCALE / 2n : SCALE / 2n)) / SCALE;
}

/** The sum of what is there; null where nothing is. */
export function sumOfKnown(amounts: Iterable<bigint | null>): bigint | null {
  let sum: bigint | null = null;
  for (const amount of amounts) if (amount !== null) sum = (sum ?? 0n) + amount;
  return sum;
}
