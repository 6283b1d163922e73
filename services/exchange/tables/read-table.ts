import { isErrorText } from '../cells/error-text.ts';
import { type CellContext, readCell } from '../cells/read-cell.ts';
import type { RawCell, RawRow } from '../cells/raw-cell.ts';
import { columnNumber } from '../files/read-sheet.ts';
import type { ProblemList } from '../problems/problem-list.ts';
import type { ColumnSpec, SheetSpec } from '../sheets/column-spec.ts';
import { columnOfHeading } from '../sheets/match-heading.ts';
import type { Table } from './table.ts';

/** Rows among which the headings are looked for: a title and a note may stand above. */
export const HEADING_ROWS = 10;

/** Takes a sheet's rows one by one and makes a table of them. */
export interface TableReader {
  row(row: RawRow): void;
  /** The table, and what is wrong with its headings noted; undefined where it has none that are known. */
  end(merged: readonly string[]): Table | undefined;
}

/** Reads a sheet called `name` that is one of `specs`: which, its headings tell. */
export function createTableReader(
  specs: readonly SheetSpec[],
  name: string,
  problems: ProblemList,
  context: CellContext,
): TableReader {
  const first: RawRow[] = [];
  let table: Table | undefined;
  let headingRow = 0;
  /** By the file's columns: which of the sheet's it is; −1 where it was reported already. */
  let columns: (number | undefined)[] = [];

  function begin(): void {
    const found = findHeadings(specs, first);
    if (found === undefined) return;
    headingRow = found.row.number;
    table = { spec: found.spec, name, found: found.spec.columns.map(() => undefined), rows: [] };
    columns = readHeadings(table, found.row, problems);
    for (const row of first) if (row.number > headingRow) take(row);
  }

  function take(row: RawRow): void {
    const { spec, rows } = table!;
    const start = row.cells.find((cell) => cell !== undefined);
    if (start?.is === 'text' && isNote(start.text.trim())) return;
    const values: Table['rows'][number]['values'] = Array.from({ length: spec.columns.length });
    let hasValues = false;
    for (const [at, cell] of row.cells.entries()) {
      if (cell === undefined || (cell.is === 'text' && cell.text.trim() === '')) continue;
      hasValues = true;
      const column = columns[at];
      if (column === undefined) {
        problems.add({ sheet: name, row: row.number, at }, 'no-heading');
        columns[at] = -1;
      } else if (column >= 0) {
        values[column] = readCell(spec.columns[column]!, cell, context);
      }
    }
    if (hasValues) rows.push({ number: row.number, values });
  }

  return {
    row: (row) => {
      if (table !== undefined) take(row);
      else if (first.push(row) === HEADING_ROWS) begin();
    },
    end: (merged) => {
      if (table === undefined) begin();
      if (table === undefined) return undefined;
      for (const range of merged) {
        const [from = '', to = from] = range.split(':');
        const row = Number(/\d+/.exec(from)?.[0]);
        const isBelow = Number(/\d+/.exec(to)?.[0]) > headingRow;
        if (isBelow) problems.add({ sheet: name, row, at: columnNumber(from) }, 'merged', { range });
      }
      return table;
    },
  };
}

// An id that became an error is none: its row would be left out without a word.
function isNote(text: string): boolean {
  return text.startsWith('#') && !isErrorText(text);
}

function findHeadings(
  specs: readonly SheetSpec[],
  rows: readonly RawRow[],
): { spec: SheetSpec; row: RawRow } | undefined {
  let best: { spec: SheetSpec; row: RawRow; score: number } | undefined;
  for (const row of rows) {
    const headings = row.cells.flatMap((cell) => textOf(cell) ?? []);
    for (const spec of specs) {
      const known = new Set(headings.flatMap((heading) => columnOfHeading(spec, heading)?.key ?? []));
      const isWhole = spec.columns.every(({ required, key }) => !isNeeded(required) || known.has(key));
      // Among sheets that fit alike, the one of which less is missing.
      const score = known.size * 1000 + (isWhole ? 500 : 0) - spec.columns.length;
      if (known.size > 0 && (best === undefined || score > best.score)) best = { spec, row, score };
    }
  }
  return best;
}

function readHeadings(table: Table, row: RawRow, problems: ProblemList): (number | undefined)[] {
  const columns: (number | undefined)[] = [];
  for (const [at, cell] of row.cells.entries()) {
    const heading = textOf(cell)?.trim();
    if (heading === undefined || heading === '') continue;
    const place = { sheet: table.name, row: row.number, at, column: heading };
    columns[at] = -1;
    const column = columnOfHeading(table.spec, heading);
    if (column === undefined) {
      problems.add(place, 'unknown-column', { heading });
      continue;
    }
    const index = table.spec.columns.indexOf(column);
    const before = table.found[index];
    if (before !== undefined) {
      problems.add(place, 'repeated-column', { other: before.heading });
      continue;
    }
    table.found[index] = { heading, at };
    columns[at] = index;
  }
  for (const [index, column] of table.spec.columns.entries()) {
    if (!isNeeded(column.required) || table.found[index] !== undefined) continue;
    const { zh, en } = column.heading;
    problems.add({ sheet: table.name, row: row.number }, 'missing-column', { headingZh: zh, headingEn: en });
  }
  return columns;
}

function isNeeded(required: ColumnSpec['required']): boolean {
  return required === 'column' || required === 'heading';
}

function textOf(cell: RawCell | undefined): string | undefined {
  return cell === undefined || cell.is === 'formula' ? undefined : cell.text;
}
