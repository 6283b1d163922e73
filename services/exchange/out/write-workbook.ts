import { createWriteStream } from 'node:fs';
import { setImmediate } from 'node:timers/promises';

import ExcelJS from 'exceljs';

import type { RegionNames } from '../cells/region-names.ts';
import { columnLetters } from '../problems/problem-list.ts';
import { SHEETS } from '../sheets/all-sheets.ts';
import type { ColumnSpec, Language, SheetSpec } from '../sheets/column-spec.ts';
import { explanationRows, NOTES_NAME, valuesOf } from './explain-sheets.ts';

type Cell = string | number | null;

/** The hidden sheet with the lists of drop-down cells. */
const LISTS = '_lists';
/** Rows that have drop-down cells. */
const ROWS = 100_000;
/** Rows between which the file gets time to be written. */
const PIECE = 500;

/**
 * Writes a workbook to a file, row by row: a sheet for each of `rows`, with drop-down cells for what is to be chosen, one
 * that explains the columns, and a hidden one with the choices. Ids are text, so that Excel leaves them alone.
 */
export async function writeWorkbook(
  file: string,
  {
    language,
    regions,
    rows,
  }: { language: Language; regions: RegionNames; rows: (sheet: SheetSpec) => Iterable<Cell[]> },
): Promise<void> {
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({
    stream: createWriteStream(file),
    useSharedStrings: true,
    useStyles: true,
  });
  const lists = new Map<ColumnSpec, string>();
  const columns = SHEETS.flatMap((sheet) => sheet.columns);
  const values = columns.map((column) => valuesOf(column, language, regions)).map((list) => [...list]);
  const listed = columns.flatMap((column, at) => (values[at]!.length === 0 ? [] : [{ column, list: values[at]! }]));
  for (const [at, { column, list }] of listed.entries()) {
    const letter = columnLetters(at);
    lists.set(column, `${LISTS}!$${letter}$1:$${letter}$${list.length}`);
  }
  writeNotes(workbook, language, regions);
  for (const spec of SHEETS) await writeSheet(workbook, spec, { language, lists, rows: rows(spec) });
  const hidden = workbook.addWorksheet(LISTS, { state: 'veryHidden' });
  for (let row = 0; row < Math.max(...listed.map(({ list }) => list.length)); row += 1) {
    hidden.addRow(listed.map(({ list }) => list[row] ?? null)).commit();
  }
  hidden.commit();
  await workbook.commit();
}

async function writeSheet(
  workbook: ExcelJS.stream.xlsx.WorkbookWriter,
  spec: SheetSpec,
  { language, lists, rows }: { language: Language; lists: Map<ColumnSpec, string>; rows: Iterable<Cell[]> },
): Promise<void> {
  const sheet = workbook.addWorksheet(spec.name[language], { views: [{ state: 'frozen', ySplit: 1 }] });
  sheet.columns = spec.columns.map(({ kind, heading }) => ({
    width: Math.max(12, heading[language].length * (language === 'zh' ? 2 : 1) + 4),
    style: kind.is === 'number' ? {} : { numFmt: '@' },
  }));
  const headings = sheet.addRow(spec.columns.map(({ heading }) => heading[language]));
  for (const [at, { required }] of spec.columns.entries()) {
    const cell = headings.getCell(at + 1);
    cell.font = { bold: true };
    const argb = required === undefined ? 'FFEEF2F6' : 'FFFFE9C7';
    cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb } };
  }
  headings.commit();
  let written = 0;
  for (const row of rows) {
    sheet.addRow(row).commit();
    written += 1;
    if (written % PIECE === 0) await setImmediate();
  }
  for (const [at, column] of spec.columns.entries()) {
    const list = lists.get(column);
    if (list === undefined) continue;
    const letter = columnLetters(at);
    // A sub-item of other media than electricity is free, and words of the other language are taken too.
    validationsOf(sheet).add(`${letter}2:${letter}${ROWS}`, {
      type: 'list',
      allowBlank: true,
      showErrorMessage: false,
      formulae: [list],
    });
  }
  sheet.commit();
}

// What the library's types leave out.
function validationsOf(sheet: ExcelJS.Worksheet): { add(range: string, validation: ExcelJS.DataValidation): void } {
  return (sheet as unknown as { dataValidations: ReturnType<typeof validationsOf> }).dataValidations;
}

function writeNotes(workbook: ExcelJS.stream.xlsx.WorkbookWriter, language: Language, regions: RegionNames): void {
  const sheet = workbook.addWorksheet(NOTES_NAME[language]);
  sheet.columns = [{ width: 16 }, { width: 22 }, { width: 26 }, { width: 12 }, { width: 60 }, { width: 60 }];
  for (const row of explanationRows(language, regions)) sheet.addRow(row).commit();
  sheet.commit();
}
