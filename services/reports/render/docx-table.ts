import {
  AlignmentType,
  BorderStyle,
  LineRuleType,
  Paragraph,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
} from 'docx';

import { formatNumber, formatPercent, NO_VALUE } from './format-number.ts';
import { face } from './official-document.ts';
import type { Cell, Column, ReportTable } from './report-table.ts';

interface Size {
  /** Width of the table in twips. */
  width: number;
  /** Size of its text in half points. */
  text: number;
}

/** What a cell shows: the number in its column's format, a dash where there is no value. */
export function cellText(cell: Cell, format: Column['format']): string {
  if (cell === null) return NO_VALUE;
  if (typeof cell === 'string') return cell;
  if (typeof format === 'string') return String(cell);
  return format.percent === true ? formatPercent(cell, format.digits) : formatNumber(cell, format.digits);
}

/** The caption of a table (表题), kept with the table below it. */
export function captionParagraph(text: string): Paragraph {
  return new Paragraph({
    alignment: AlignmentType.CENTER,
    keepNext: true,
    spacing: { before: 160, after: 80 },
    children: [new TextRun({ text, size: 24, font: face('黑体') })],
  });
}

function widths(columns: readonly Column[], total: number): number[] {
  const sum = columns.reduce((all, column) => all + column.width, 0);
  return columns.map((column) => Math.round((column.width / sum) * total));
}

function cellOf(
  text: string,
  format: Column['format'] | 'header',
  size: { width: number; text: number },
  strong: boolean,
): TableCell {
  const alignments = { header: AlignmentType.CENTER, centre: AlignmentType.CENTER, text: AlignmentType.LEFT };
  const alignment = typeof format === 'string' ? alignments[format] : AlignmentType.RIGHT;
  return new TableCell({
    width: { size: size.width, type: WidthType.DXA },
    verticalAlign: VerticalAlignTable.CENTER,
    margins: { top: 40, bottom: 40, left: 70, right: 70 },
    children: [
      new Paragraph({
        alignment,
        spacing: { line: 240, lineRule: LineRuleType.AUTO },
        children: [new TextRun({ text, size: size.text, font: face(strong ? '黑体' : '仿宋') })],
      }),
    ],
  });
}

/**
 * A bordered table of fixed widths with numbers to the right; its header is repeated on every page and no row is parted.
 */
export function docxTable({ columns, rows, total }: ReportTable, size: Size): Table {
  const columnWidths = widths(columns, size.width);
  const at = (column: number): { width: number; text: number } => ({
    width: columnWidths[column] ?? 0,
    text: size.text,
  });
  const row = (cells: readonly Cell[], strong: boolean): TableRow =>
    new TableRow({
      cantSplit: true,
      children: columns.map(({ format }, column) =>
        cellOf(cellText(cells[column] ?? null, format), format, at(column), strong),
      ),
    });
  const line = { style: BorderStyle.SINGLE, size: 4, color: '000000' };
  return new Table({
    width: { size: size.width, type: WidthType.DXA },
    columnWidths,
    layout: TableLayoutType.FIXED,
    alignment: AlignmentType.CENTER,
    borders: { top: line, bottom: line, left: line, right: line, insideHorizontal: line, insideVertical: line },
    rows: [
      new TableRow({
        cantSplit: true,
        tableHeader: true,
        children: columns.map(({ header }, column) => cellOf(header, 'header', at(column), true)),
      }),
      ...rows.map((cells) => row(cells, false)),
      ...(total === undefined ? [] : [row(total, true)]),
    ],
  });
}
