import { unitSign } from './format-number.ts';

const PLACES = 6;

/** Millionths of a unit (a whole number as text) as a decimal number, exact whatever its size. */
export function decimalOfMicro(micro: string): string {
  const sign = micro.startsWith('-') ? '-' : '';
  const digits = micro.slice(sign.length).padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -PLACES)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The same with thousands separators and its unit: every digit, none added. */
export function formatMicro(language: string, micro: string, unit: string): string {
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: PLACES });
  return `${number.format(decimalOfMicro(micro) as `${number}`)} ${unitSign(unit)}`;
}
