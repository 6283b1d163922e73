import type { ProblemCode } from '../problems/problem-texts.ts';

/** Takes away what is stored. */
export const CLEAR = Symbol('clear');

/** A cell that cannot be read as its column wants it. */
export interface BadCell {
  code: ProblemCode;
  params: Record<string, string | number>;
  /** Its text, where it has one: what stands in the registry already is taken even where it would not be now. */
  text: string | undefined;
}

export type CellValue = string | number;

/** What a cell says: nothing, a value, that there shall be none, or what nobody can read. */
export type ReadValue = undefined | CellValue | typeof CLEAR | BadCell;

/** True for a cell that could not be read. */
export function isBad(value: ReadValue): value is BadCell {
  return typeof value === 'object';
}
