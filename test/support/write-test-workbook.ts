import { createWriteStream } from 'node:fs';

import ExcelJS from 'exceljs';

/** A workbook's sheets: name, and rows of cells as the library takes them. */
export type TestSheets = Record<string, readonly (readonly ExcelJS.CellValue[])[]>;

/** Writes a workbook row by row to a file, as a spreadsheet program would: its own shared strings, no help of ours. */
export async function writeTestWorkbook(file: string, sheets: TestSheets): Promise<void> {
  const stream = createWriteStream(file);
  const workbook = new ExcelJS.stream.xlsx.WorkbookWriter({ stream, useSharedStrings: true });
  for (const [name, rows] of Object.entries(sheets)) {
    const sheet = workbook.addWorksheet(name);
    for (const row of rows) sheet.addRow([...row]).commit();
    sheet.commit();
  }
  await workbook.commit();
}
