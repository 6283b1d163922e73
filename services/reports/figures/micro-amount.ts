/** A decimal number of units in millionths: undoes domain/micro's fromMicro exactly below 2³³ units. */
export function toMicro(amount: number): bigint {
  return BigInt(amount.toFixed(6).replace('.', ''));
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
