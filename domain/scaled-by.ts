/** Up to so many decimals a value is taken as the decimal that it was written as. */
const MOST_DECIMALS = 1e9;

/**
 * `value` × `factor` as it would be in decimals: 4521 W are 4.521 kW, 5.1 W 0.0051 kW, 60 L/min 3.6 m³/h, which the
 * product of the two is not always. Kept to fifteen digits where the factor is not the inverse of a whole number.
 */
export function scaledBy(value: number, factor: number): number {
  if (factor === 1) return value;
  const inverse = 1 / factor;
  if (!Number.isInteger(inverse)) {
    const product = value * factor;
    return Number.isInteger(product) ? product : Number(product.toPrecision(15));
  }
  // Digits without a point are exact, so that only the one division rounds.
  for (let power = 1; power <= MOST_DECIMALS; power *= 10) {
    const digits = Math.round(value * power);
    if (!Number.isSafeInteger(digits)) break;
    if (digits / power === value) return digits / (power * inverse);
  }
  return value / inverse;
}
