import { InvalidArgumentError } from 'commander';

/** An instant: epoch milliseconds, or RFC 3339 with an offset. */
export function parseInstant(text: string): number {
  const ms = /^\d+$/.test(text) ? Number(text) : /(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('give epoch milliseconds, or RFC 3339 with an offset.');
  return ms;
}

/** A number above zero. */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('give a number above zero.');
  return value;
}

/** A whole number. */
export function parseWhole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError('give a whole number.');
  return value;
}
