import type { Borders, Font, Workbook, Worksheet } from 'exceljs';

import { NO_VALUE } from './format-number.ts';
import { type Cell, type Column, headerLines, type ReportTable } from './report-table.ts';

const LINE = { style: 'thin' } as const;
const BORDER: Partial<Borders> = { top: LINE, left: LINE, bottom: LINE, right: LINE };
const TEXT: Partial<Font> = { name: '宋体', size: 11 };
const STRONG: Partial<Font> = { name: '宋体', size: 11, bold: true };
/** Characters a whole table is wide. */
const WIDTH = 110;

/** A sheet set up to be printed on A4, as wide as one page, numbered below. */
export function addSheet(workbook: Workbook, name: string, landscape: boolean): Worksheet {
  return workbook.addWorksheet(name, {
    pageSetup: {
      paperSize: 9,
      orientation: landscape ? 'landscape' : 'portrait',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      horizontalCentered: true,
      margins: { left: 0.6, right: 0.6, top: 0.8, bottom: 0.8, header: 0.3, footer: 0.4 },
    },
    headerFooter: { oddFooter: '第 &P 页，共 &N 页' },
  });
}

/** The sheet's title over `columns` columns in its first row. */
export function addTitle(sheet: Worksheet, text: string, columns: number): void {
  const row = sheet.addRow([text]);
  row.height = 32;
  sheet.mergeCells(row.number, 1, row.number, columns);
  row.getCell(1).font = { name: '黑体', size: 16 };
  row.getCell(1).alignment = { horizontal: 'center', vertical: 'middle' };
}

/** Text over the whole width, wrapped; the row is as high as the text needs. */
export function addText(sheet: Worksheet, text: string, columns: number, strong = false): void {
  const row = sheet.addRow([text]);
  sheet.mergeCells(row.number, 1, row.number, columns);
  row.getCell(1).font = strong ? STRONG : TEXT;
  row.getCell(1).alignment = { vertical: 'middle', wrapText: true };
  // A merged cell does not grow by itself.
  row.height = Math.max(1, Math.ceil(widthOf(text) / (sheetWidth(sheet, columns) - 4))) * 16 + 4;
}

/** In digits, as columns are measured: a Chinese character is two wide. */
const widthOf = (text: string): number => text.length * 2 - (text.match(/[\u0020-\u007E]/g)?.length ?? 0);

function sheetWidth(sheet: Worksheet, columns: number): number {
  let width = 0;
  for (let at = 1; at <= columns; at += 1) width += sheet.getColumn(at).width ?? 9;
  return width;
}

/** Sets the widths of a sheet's columns by those of its main table. */
export function setWidths(sheet: Worksheet, columns: readonly Column[]): void {
  const sum = columns.reduce((all, column) => all + column.width, 0);
  const width = Math.max(WIDTH, columns.length * 15);
  columns.forEach((column, at) => {
    sheet.getColumn(at + 1).width = Math.max(8, Math.round((column.width / sum) * width));
  });
}

function numberFormat(format: Column['format']): string {
  if (typeof format === 'string') return '@';
  const decimals = format.digits === 0 ? '' : `.${'0'.repeat(format.digits)}`;
  return format.percent === true ? `0${decimals}%` : `#,##0${decimals}`;
}

function fill(sheet: Worksheet, table: ReportTable, cells: readonly Cell[], font: Partial<Font>): void {
  const row = sheet.addRow(cells.map((cell) => cell ?? NO_VALUE));
  row.height = 20;
  table.columns.forEach(({ format }, at) => {
    const cell = row.getCell(at + 1);
    cell.font = font;
    cell.border = BORDER;
    const left = format === 'text';
    const centre = format === 'centre';
    const horizontal = left ? 'left' : centre ? 'center' : 'right';
    cell.alignment = { horizontal, vertical: 'middle', wrapText: left };
    if (typeof cells[at] === 'number') cell.numFmt = numberFormat(format);
  });
}

/** Writes a table below what stands on the sheet; numbers stay numbers in full. Returns the row of its header. */
export function addTable(sheet: Worksheet, table: ReportTable): number {
  const header = sheet.addRow(table.columns.map((column) => headerLines(column.header)));
  const linesOf = (text: string, width: number): number =>
    text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / (width - 1))), 0);
  const heights = table.columns.map((column, at) =>
    linesOf(headerLines(column.header), sheet.getColumn(at + 1).width ?? 9),
  );
  header.height = Math.max(...heights) * 16 + 6;
  table.columns.forEach((_column, at) => {
    const cell = header.getCell(at + 1);
    cell.font = STRONG;
    cell.border = BORDER;
    cell.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true };
    cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFE8EEF4' } };
  });
  for (const cells of table.rows) fill(sheet, table, cells, TEXT);
  if (table.total !== undefined) fill(sheet, table, table.total, STRONG);
  return header.number;
}

/** Keeps the rows down to `row` in sight and repeats that row on every printed page. */
export function freezeBelow(sheet: Worksheet, row: number, columns: number): void {
  sheet.views = [{ state: 'frozen', xSplit: columns, ySplit: row }];
  sheet.pageSetup.printTitlesRow = `${row}:${row}`;
}
