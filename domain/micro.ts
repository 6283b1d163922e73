/** Usage is counted in millionths of the canonical unit, as 64-bit integers, so that sums are exact. */
export const MICRO = 1_000_000;

/** The largest amount of millionths, in either direction, that 64 bits hold. */
const INT64_MOST = 2n ** 63n - 1n;

/** An amount of millionths that 64 bits hold: past the bound it stops there. */
export function withinInt64(micro: bigint): bigint {
  if (micro > INT64_MOST) return INT64_MOST;
  return micro < -INT64_MOST ? -INT64_MOST : micro;
}

/** True for an amount that stands at the bound of 64 bits: what it stands for may lie beyond. */
export function isSaturated(micro: bigint): boolean {
  return micro >= INT64_MOST || micro <= -INT64_MOST;
}

/** An integer number of millionths as a decimal number of units; exact to the last digit that a double holds. */
export function fromMicro(micro: bigint): number {
  const whole = micro / 1_000_000n;
  const rest = micro % 1_000_000n;
  return Number(
    `${whole === 0n && micro < 0n ? '-' : ''}${whole}.${String(rest < 0n ? -rest : rest).padStart(6, '0')}`,
  );
}

/** A register in canonical units × its multiplier, rounded once to millionths (half away from zero). */
export function registerToMicro(register: number, multiplier: number): bigint {
  const scaled = register * multiplier * MICRO;
  if (Math.abs(scaled) <= Number.MAX_SAFE_INTEGER) return BigInt(Math.sign(scaled) * Math.round(Math.abs(scaled)));
  // Past 2^53 the product of doubles would lose units: split the register first.
  const whole = Math.trunc(register);
  const rest = Math.round((register - whole) * MICRO);
  const millionths = BigInt(whole) * 1_000_000n + BigInt(rest);
  const scale = 1_000_000_000n;
  const product = millionths * BigInt(Math.round(multiplier * Number(scale)));
  const half = product < 0n ? -scale / 2n : scale / 2n;
  return (product + half) / scale;
}
