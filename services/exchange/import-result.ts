import { writeCell } from './cells/write-cell.ts';
import type { Draft } from './plan/draft.ts';
import type { Language, SheetId, SheetSpec } from './sheets/column-spec.ts';

type Shown = string | number | null;

/** What becomes of the rows of a sheet. */
export interface ImportedSheet {
  sheet: SheetId;
  /** As the file names it. */
  name: string;
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  /** The first of the rows that change, with each changed cell before and after, as an export writes it. */
  changes: { row: number; key: string; columns: { column: string; before: Shown; after: Shown }[] }[];
}

/** What becomes of each sheet of a file, in the words of a language. */
export function sheetResults(draft: Draft, language: Language): ImportedSheet[] {
  return [...draft.summaries.bySheet.values()].map(({ table, rows, changes, ...counts }) => ({
    sheet: table.spec.id,
    name: table.name,
    rows,
    new: counts.new,
    changed: counts.changed,
    unchanged: counts.unchanged,
    changes: changes.map(({ row, key, columns }) => ({
      row,
      key,
      columns: columns.map((cell) => ({
        column: table.spec.columns.find((column) => column.key === cell.key)?.heading[language] ?? cell.key,
        before: shown(draft, table.spec, cell.key, cell.before, language),
        after: shown(draft, table.spec, cell.key, cell.after, language),
      })),
    })),
  }));
}

function shown(draft: Draft, spec: SheetSpec, key: string, value: Shown, language: Language): Shown {
  const column = spec.columns.find((each) => each.key === key);
  // A set of shares is a text already.
  if (column === undefined || typeof value === 'number') return value;
  return writeCell(column.kind, value, language, draft.state.regions);
}
