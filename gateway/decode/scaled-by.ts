/**
 * `value` × `factor` as it would be in decimals: 4521 W are 4.521 kW, 60 L/min 3.6 m³/h, which the product of the two
 * is not always. Kept to fifteen digits where the factor is not the inverse of a whole number.
 */
export function scaledBy(value: number, factor: number): number {
  if (factor === 1) return value;
  const inverse = 1 / factor;
  if (Number.isInteger(inverse)) return value / inverse;
  const product = value * factor;
  return Number.isInteger(product) ? product : Number(product.toPrecision(15));
}
