/** A cell: text, a number that the column formats, or null where there is no value. */
export type Cell = string | number | null;

export interface Column {
  header: string;
  /** Share of the table's width. */
  width: number;
  /** Numbers are right-aligned with so many decimals; `percent` shows a ratio as a percentage. */
  format: 'text' | 'centre' | { digits: number; percent?: boolean };
}

/** A table of a report, apart from the file it is written to. */
export interface ReportTable {
  title: string;
  columns: Column[];
  rows: Cell[][];
  /** The row of sums, where there is one. */
  total?: Cell[];
}

/** A header with its unit, in brackets, on a line of its own. */
export function headerLines(header: string): string {
  return header.replaceAll('（', '\n（');
}
