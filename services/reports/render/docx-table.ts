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
import { type Cell, type Column, headerLines, type ReportTable } from './report-table.ts';

interface Size {
  /** Width of the table in twips. */
  width: number;
  /** Size of its text in half points. */
  text: number;
}

/** What a cell shows: the number in its column's format, a dash where there is no value. */
function cellText(cell: Cell, format: Column['format']): string {
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

/** A table of at most so many rows stays on one page; of a longer one the last rows stay together. */
const UNDIVIDED_ROWS = 9;
const LAST_ROWS = 4;

function widths(columns: readonly Column[], total: number): number[] {
  const sum = columns.reduce((all, column) => all + column.width, 0);
  return columns.map((column) => Math.round((column.width / sum) * total));
}

function cellOf(
  text: string,
  format: Column['format'] | 'header',
  look: { width: number; text: number; strong: boolean; keepNext: boolean },
): TableCell {
  const alignments = { header: AlignmentType.CENTER, centre: AlignmentType.CENTER, text: AlignmentType.LEFT };
  const alignment = typeof format === 'string' ? alignments[format] : AlignmentType.RIGHT;
  const run = { size: look.text, font: face(look.strong ? '黑体' : '仿宋') };
  return new TableCell({
    width: { size: look.width, type: WidthType.DXA },
    verticalAlign: VerticalAlignTable.CENTER,
    margins: { top: 40, bottom: 40, left: 70, right: 70 },
    children: [
      new Paragraph({
        alignment,
        keepNext: look.keepNext,
        spacing: { line: 240, lineRule: LineRuleType.AUTO },
        // The mark of the paragraph gives an empty cell its height.
        run,
        children: text
          .split('\n')
          .map((line, at) => new TextRun({ ...run, text: line, ...(at === 0 ? {} : { break: 1 }) })),
      }),
    ],
  });
}

/**
 * A bordered table of fixed widths with numbers to the right; its header is repeated on every page, no row is parted,
 * and a short table stays together.
 */
export function docxTable({ columns, rows, total }: ReportTable, size: Size): Table {
  const columnWidths = widths(columns, size.width);
  const all = total === undefined ? rows : [...rows, total];
  const keptFrom = all.length <= UNDIVIDED_ROWS ? 0 : all.length - LAST_ROWS;
  const row = (index: number, texts: readonly string[]): TableRow => {
    const header = index < 0;
    const look = {
      text: size.text,
      strong: header || all[index] === total,
      keepNext: header || (index >= keptFrom && index < all.length - 1),
    };
    return new TableRow({
      cantSplit: true,
      tableHeader: header,
      children: columns.map(({ format }, at) =>
        cellOf(texts[at] ?? '', header ? 'header' : format, { ...look, width: columnWidths[at] ?? 0 }),
      ),
    });
  };
  const line = { style: BorderStyle.SINGLE, size: 4, color: '000000' };
  return new Table({
    width: { size: size.width, type: WidthType.DXA },
    columnWidths,
    layout: TableLayoutType.FIXED,
    alignment: AlignmentType.CENTER,
    borders: { top: line, bottom: line, left: line, right: line, insideHorizontal: line, insideVertical: line },
    rows: [
      row(
        -1,
        columns.map(({ header }) => headerLines(header)),
      ),
      ...all.map((cells, index) =>
        row(
          index,
          columns.map(({ format }, at) => cellText(cells[at] ?? null, format)),
        ),
      ),
    ],
  });
}
