import type ExcelJS from 'exceljs';

import { SHEETS, sheetOf } from '../../services/exchange/sheets/all-sheets.ts';
import type { SheetId } from '../../services/exchange/sheets/column-spec.ts';
import { columnLetters } from '../../services/exchange/problems/problem-list.ts';
import { syntheticRegistry } from './synthetic-registry.ts';
import type { TestSheets } from './write-test-workbook.ts';

type Row = Record<string, ExcelJS.CellValue>;

/** A mistake: what is put where, and what must be said of which cells. */
export interface Mistake {
  name: string;
  sheet: SheetId;
  /** Changes these cells of the row with this number (2 is the first below the headings). */
  row?: number;
  cells?: Row;
  /** Adds these rows. */
  adds?: readonly Row[];
  /** Problems by the row's number, or `+0` for the first row that was added, and by column key. */
  wants: readonly (readonly [row: number | `+${number}`, key: string, code: string])[];
}

/** A problem as it is to be found. */
export interface Wanted {
  sheet: string;
  cell: string;
  code: string;
}

/** A whole registry in order, with mistakes in it; none where none are given. */
export function plantedWorkbook(mistakes: readonly Mistake[]): { sheets: TestSheets; wanted: Wanted[] } {
  const rows = syntheticRegistry(30, 120) as Record<SheetId, Row[]>;
  const wanted: Wanted[] = [];
  for (const { sheet, row, cells, adds, wants } of mistakes) {
    const { columns, name } = sheetOf(sheet);
    const firstAdded = rows[sheet].length + 2;
    if (row !== undefined) Object.assign(rows[sheet][row - 2]!, cells);
    rows[sheet].push(...(adds ?? []).map((each) => ({ ...each })));
    for (const [at, key, code] of wants) {
      const number = typeof at === 'number' ? at : firstAdded + Number(at.slice(1));
      const letter = columnLetters(columns.findIndex((column) => column.key === key));
      wanted.push({ sheet: name.zh, cell: `${letter}${number}`, code });
    }
  }
  const sheets = SHEETS.map(({ id, name, columns }) => [
    name.zh,
    [columns.map(({ heading }) => heading.zh), ...rows[id].map((row) => columns.map(({ key }) => row[key] ?? null))],
  ]);
  return { sheets: Object.fromEntries(sheets) as TestSheets, wanted };
}
