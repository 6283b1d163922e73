/** The number nearest to `digits` × 10^exponent, by way of its decimal notation. */
export function decimal(digits: number, exponent: number): number {
  return Number(`${digits}e${exponent}`);
}
