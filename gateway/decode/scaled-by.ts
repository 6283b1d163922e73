/**
 * `value` × `factor`, rounded once where the factor is the inverse of a whole number: 4521 W are 4.521 kW, which
 * 4521 × 0.001 is not always.
 */
export function scaledBy(value: number, factor: number): number {
  if (factor === 1) return value;
  const inverse = 1 / factor;
  return Number.isInteger(inverse) ? value / inverse : value * factor;
}
