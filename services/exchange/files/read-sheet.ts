import type { RawCell, RawRow } from '../cells/raw-cell.ts';
import type { ImportLimits, ReadCounts } from './import-limits.ts';
import type { OpenZip } from './open-zip.ts';
import { parseXml } from './parse-xml.ts';
import { unescapeText } from './read-shared-strings.ts';
import { UnreadableFile } from './unreadable-file.ts';

/** A sheet within its archive, and what its cells refer to. */
export interface SheetPart {
  part: string;
  name: string;
  strings: readonly string[];
  limits: ImportLimits;
  /** Of all sheets of the workbook. */
  counts: ReadCounts;
}

/** Reads a sheet row by row; blank rows are left out. Gives the ranges that are merged. */
export async function readSheet(
  zip: OpenZip,
  { part, name: sheet, strings, limits, counts }: SheetPart,
  onRow: (row: RawRow) => void,
): Promise<{ merged: string[] }> {
  const merged: string[] = [];
  let row: RawRow = { number: 0, cells: [] };
  let hasCells = false;
  let column = -1;
  let type = '';
  let value = '';
  let inValue = false;
  let hasFormula = false;
  let hints = 0;

  function startCell(attributes: Record<string, string>): void {
    column = attributes['r'] === undefined ? column + 1 : columnNumber(attributes['r']);
    type = attributes['t'] ?? 'n';
    value = '';
    hasFormula = false;
  }

  function endCell(): void {
    const cell = hasFormula ? ({ is: 'formula' } as const) : rawCell(type, value, strings);
    if (cell === undefined) return;
    counts.cells += 1;
    if (counts.cells > limits.cells) throw new UnreadableFile('too-many-cells', { limit: limits.cells }, { sheet });
    if (column >= limits.columns) {
      throw new UnreadableFile('too-many-columns', { limit: limits.columns }, { sheet, row: row.number });
    }
    row.cells[column] = cell;
    hasCells = true;
  }

  function endRow(): void {
    if (!hasCells) return;
    counts.rows += 1;
    if (counts.rows > limits.rows) throw new UnreadableFile('too-many-rows', { limit: limits.rows }, { sheet });
    onRow(row);
  }

  await parseXml(zip.read(part), part, {
    open: (name, attributes) => {
      switch (name) {
        case 'row':
          row = { number: attributes['r'] === undefined ? row.number + 1 : Number(attributes['r']), cells: [] };
          hasCells = false;
          column = -1;
          break;
        case 'c':
          startCell(attributes);
          break;
        case 'f':
          hasFormula = true;
          break;
        case 'rPh':
          hints += 1;
          break;
        case 'v':
        case 't':
          inValue = hints === 0;
          break;
        case 'mergeCell':
          merged.push(attributes['ref'] ?? '');
          break;
      }
    },
    close: (name) => {
      if (name === 'v' || name === 't') inValue = false;
      else if (name === 'rPh') hints -= 1;
      else if (name === 'c') endCell();
      else if (name === 'row') endRow();
    },
    text: (text) => {
      if (inValue) value += text;
    },
  });
  return { merged };
}

function rawCell(type: string, value: string, strings: readonly string[]): RawCell | undefined {
  switch (type) {
    case 's': {
      const text = strings[Number(value)] ?? '';
      return text === '' ? undefined : { is: 'text', text };
    }
    case 'inlineStr':
    case 'str':
      return value === '' ? undefined : { is: 'text', text: unescapeText(value) };
    case 'b':
      return value === '' ? undefined : { is: 'boolean', text: value === '1' || value === 'true' ? 'TRUE' : 'FALSE' };
    case 'e':
      return { is: 'error', text: value };
    case 'd':
      return value === '' ? undefined : { is: 'iso-date', text: value };
    default:
      return value === '' ? undefined : { is: 'number', text: value };
  }
}

/** The column, from 0, of a cell's reference: `C7` is in 2. */
export function columnNumber(reference: string): number {
  let number = 0;
  for (const letter of reference) {
    const digit = letter.charCodeAt(0) - 64;
    if (digit < 1 || digit > 26) break;
    number = number * 26 + digit;
  }
  return number - 1;
}
