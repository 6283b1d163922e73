/** A decimal number of at most six places, not negative, as prices and amounts are written. */
export const DECIMAL_TEXT = /^\d{1,9}(\.\d{1,6})?$/;

/** Millionths of a {@link DECIMAL_TEXT}, exactly. */
export function microOf(text: string): bigint {
  const [whole = '0', rest = ''] = text.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(rest.padEnd(6, '0'));
}

/** An integer count of 10^-places as decimal text of the fewest digits, exactly: 1500000000000n by 12 places is `1.5`. */
export function decimalText(count: bigint, places: number): string {
  const digits = String(count < 0n ? -count : count).padStart(places + 1, '0');
  const rest = digits.slice(-places).replace(/0+$/, '');
  return `${count < 0n ? '-' : ''}${digits.slice(0, -places)}${rest === '' ? '' : `.${rest}`}`;
}
