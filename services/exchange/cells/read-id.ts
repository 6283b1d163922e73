import { ID_PATTERN } from '../../../domain/ids.ts';
import type { ProblemCode } from '../problems/problem-texts.ts';
import type { RawCell } from './raw-cell.ts';

/** Digits that Excel keeps of a number. */
const EXACT_DIGITS = 15;
const SCIENTIFIC = /^[+-]?\d+(?:\.\d+)?E[+-]?\d+$/i;
const LONG_NUMBER = new RegExp(String.raw`^\d{${EXACT_DIGITS}}(\d+)$`);

/** Text that holds an id or code, or why it is none. */
export type CodeText = { ok: true; text: string } | { ok: false; code: ProblemCode };

/** The code in a cell, as text. A number is taken only where Excel has kept all of its digits. */
export function readCode(raw: RawCell & { text: string }, text: string): CodeText {
  if (raw.is === 'number') {
    const value = Number(raw.text);
    if (!Number.isInteger(value) || value < 0 || value >= 10 ** EXACT_DIGITS) return { ok: false, code: 'id-rounded' };
    return { ok: true, text: String(value) };
  }
  return { ok: true, text };
}

/** True for text as Excel leaves it where it has taken an id for a number: 1.50203E+17, 150203000000000000. */
export function looksRounded(text: string): boolean {
  if (SCIENTIFIC.test(text)) return true;
  const rest = LONG_NUMBER.exec(text)?.[1];
  return rest !== undefined && /^0+$/.test(rest);
}

/** True for what may be an id. */
export function isId(text: string): boolean {
  return ID_PATTERN.test(text);
}
