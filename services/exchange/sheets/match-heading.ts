import type { ColumnSpec, SheetSpec } from './column-spec.ts';

/** A heading or sheet name as it is compared: width, case, blanks and a star for "must be filled" make no difference. */
function plainHeading(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\s_]+/g, '')
    .replace(/^[*★※]+|[*★※]+$/g, '')
    .replace(/\((?:必填|选填|required|optional)\)$/i, '')
    .toLowerCase();
}

// The unit in brackets may be left out. Another unit makes it another heading: 万㎡ is not m².
const withoutUnit = (heading: string): string => heading.replace(/\([^()]*\)$/, '');

function headingsOf(column: ColumnSpec): string[] {
  const given = [column.key, column.heading.zh, column.heading.en, ...(column.also ?? [])].map(plainHeading);
  return [...given, ...given.map(withoutUnit)];
}

const indexes = new WeakMap<SheetSpec, Map<string, ColumnSpec>>();

/** The column that a heading stands for, in either language; undefined where it is none of the sheet's. */
export function columnOfHeading(sheet: SheetSpec, heading: string): ColumnSpec | undefined {
  let index = indexes.get(sheet);
  if (index === undefined) {
    index = new Map();
    for (const column of sheet.columns) {
      for (const text of headingsOf(column)) if (!index.has(text)) index.set(text, column);
    }
    indexes.set(sheet, index);
  }
  return index.get(plainHeading(heading));
}

/** The sheet that a name stands for, in either language. */
export function sheetOfName(sheets: readonly SheetSpec[], name: string): SheetSpec | undefined {
  const plain = plainHeading(name);
  return sheets.find((sheet) =>
    [sheet.id, sheet.name.zh, sheet.name.en, ...(sheet.also ?? [])].some((text) => plainHeading(text) === plain),
  );
}
