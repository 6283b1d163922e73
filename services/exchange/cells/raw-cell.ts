/** A cell as the file holds it. What is blank has none. */
export type RawCell =
  | { is: 'text'; text: string }
  /** As written in the file: Excel's own notation, `1.50203E+17` where it did so. */
  | { is: 'number'; text: string }
  | { is: 'boolean'; text: 'TRUE' | 'FALSE' }
  /** An ISO 8601 date, as strict workbooks hold them. */
  | { is: 'iso-date'; text: string }
  | { is: 'formula' }
  /** `#N/A` and the like. */
  | { is: 'error'; text: string };

/** A row of a sheet: its number as Excel shows it, its cells by column from 0. */
export interface RawRow {
  number: number;
  cells: (RawCell | undefined)[];
}
