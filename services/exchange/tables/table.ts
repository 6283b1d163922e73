import type { ReadValue } from '../cells/cell-value.ts';
import type { Place, ProblemList } from '../problems/problem-list.ts';
import type { ColumnSpec, SheetSpec } from '../sheets/column-spec.ts';

/** A row of a table: its number in the file, its values by the sheet's columns. */
export interface TableRow {
  number: number;
  values: ReadValue[];
}

/** A sheet of a file as it was read. */
export interface Table {
  spec: SheetSpec;
  /** As the file names it. */
  name: string;
  /** By the sheet's columns: the heading that stands for it and its column in the file; undefined where there is none. */
  found: ({ heading: string; at: number } | undefined)[];
  rows: TableRow[];
}

/** Where a cell of a table is: of its row and column key. */
function placeOf(table: Table, row: TableRow, column: ColumnSpec | undefined): Place {
  const found = column === undefined ? undefined : table.found[table.spec.columns.indexOf(column)];
  return { sheet: table.name, row: row.number, at: found?.at, column: found?.heading };
}

/** Notes a problem of a cell, named by its row and column key. */
export function addAt(
  problems: ProblemList,
  table: Table,
  row: TableRow,
  key: string,
  ...problem: Parameters<ProblemList['add']> extends [Place, ...infer Rest] ? Rest : never
): void {
  const column = table.spec.columns.find((each) => each.key === key);
  problems.add(placeOf(table, row, column), ...problem);
}

/** The value of a column in a row. */
export function valueOf(table: Table, row: TableRow, key: string): ReadValue {
  return row.values[table.spec.columns.findIndex((column) => column.key === key)];
}
