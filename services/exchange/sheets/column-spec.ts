import type { Choice } from './choices.ts';

/** A text in the two languages that sheets and messages speak. */
export interface BothLanguages {
  zh: string;
  en: string;
}

export type Language = keyof BothLanguages;

/** How a column's cells are read and written. */
export type CellKind =
  /** An id of ours: letters, digits, _ and -. */
  | { is: 'id' }
  /** Digits and letters that Excel must not take for a number: credit codes, addresses. */
  | { is: 'code'; maxLength: number }
  | { is: 'text'; maxLength: number }
  | { is: 'number'; above?: number; from?: number; to?: number; integer?: boolean; percent?: boolean }
  | { is: 'date' }
  | { is: 'choice'; choices: readonly Choice[] }
  /** A code or a name of the registry's regions. */
  | { is: 'region' }
  /** A code or name of the electricity sub-items; free text for the other media. */
  | { is: 'sub-item' };

/** A column of a sheet. */
export interface ColumnSpec {
  /** Also taken as a heading. */
  key: string;
  heading: BothLanguages;
  /** Further headings that are taken. */
  also?: readonly string[];
  kind: CellKind;
  /**
   * `column`: the column must be there and each row filled; `heading`: it must be there, and a blank cell says something;
   * `new`: filled in the rows of what is new.
   */
  required?: 'column' | 'heading' | 'new';
  /** False where a stored value cannot be taken away with the marker. */
  clearable?: boolean;
  help: BothLanguages;
  /** In the template's sample row, where it is not blank. */
  sample?: string | number;
}

export type SheetId =
  | 'institutions'
  | 'attributes'
  | 'buildings'
  | 'zones'
  | 'collectors'
  | 'meters'
  | 'shares'
  | 'multipliers'
  | 'quotas';

/** A sheet of the workbook, or a CSV file. */
export interface SheetSpec {
  id: SheetId;
  /** The sheet's name; its id is taken as well. */
  name: BothLanguages;
  also?: readonly string[];
  help: BothLanguages;
  columns: readonly ColumnSpec[];
}
