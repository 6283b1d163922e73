const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/;
const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;

/**
 * A number as people write it: `1,234.5`, `1 234.5`, `１２３４`, `40%` where `percent` allows it. Undefined where it is
 * none: `1,5` is, for it could be 1.5 or 15.
 */
export function readNumber(text: string, percent = false): number | undefined {
  let plain = text.normalize('NFKC').trim();
  let factor = 1;
  if (percent && plain.endsWith('%')) {
    factor = 100;
    plain = plain.slice(0, -1).trim();
  }
  // Blanks group digits by threes.
  if (/^[+-]?\d{1,3}(?:\s\d{3})+(?:\.\d+)?$/.test(plain)) plain = plain.replaceAll(/\s/g, '');
  if (GROUPED.test(plain)) plain = plain.replaceAll(',', '');
  if (!PLAIN.test(plain)) return undefined;
  const value = Number(plain) / factor;
  return Number.isFinite(value) ? value : undefined;
}
