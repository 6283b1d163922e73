/** What stands where there is no value: never a zero. */
export const NO_VALUE = '—';

/** A number with thousands separators and a fixed count of decimals, or a dash where there is none. */
export function formatNumber(value: number | null, digits: number): string {
  if (value === null || !Number.isFinite(value)) return NO_VALUE;
  const [whole = '', decimals] = Math.abs(value).toFixed(digits).split('.');
  const separated = whole.replaceAll(/\B(?=(\d{3})+$)/g, ',') + (decimals === undefined ? '' : `.${decimals}`);
  return value < 0 && /[1-9]/.test(separated) ? `-${separated}` : separated;
}

/** A ratio as a percentage, e.g. 0.973 as 97.3%. */
export function formatPercent(ratio: number | null, digits = 1): string {
  const text = formatNumber(ratio === null ? null : ratio * 100, digits);
  return text === NO_VALUE ? text : `${text}%`;
}
