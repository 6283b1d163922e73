/** The shortest decimal that a real of 32 bits stands for: 21.5678, not 21.567800521850586. Whole numbers stay. */
export function shortestReal(value: number): number {
  if (!Number.isFinite(value) || Number.isInteger(value)) return value;
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
