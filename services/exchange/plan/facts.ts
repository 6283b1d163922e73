import { sheetOf } from '../sheets/all-sheets.ts';
import type { SheetId } from '../sheets/column-spec.ts';

/** What of an object stands in its own table, by the names that sheets and API give it. */
export type Facts = Record<string, string | number | null>;

/** Columns of a sheet that stand in other tables. */
const ELSEWHERE: Partial<Record<SheetId, readonly string[]>> = { meters: ['institutionId', 'subItem', 'multiplier'] };

/** The names of an object's facts that a sheet can change. */
export function factNames(sheet: SheetId): string[] {
  const elsewhere = ELSEWHERE[sheet] ?? [];
  return sheetOf(sheet)
    .columns.map(({ key }) => key)
    .filter((key) => !elsewhere.includes(key));
}

const blanks = new Map<SheetId, Facts>();

/**
 * Facts of nothing yet. Objects that begin as a copy of one take a tenth of the memory of those that are filled key by
 * key: of those the engine makes dictionaries.
 */
export function blankFacts(sheet: SheetId): Facts {
  let blank = blanks.get(sheet);
  if (blank === undefined) {
    blank = JSON.parse(JSON.stringify(Object.fromEntries(factNames(sheet).map((name) => [name, null])))) as Facts;
    blanks.set(sheet, blank);
  }
  return { ...blank };
}

/** A row of a sheet's table as facts. */
export function factsOfRow(sheet: SheetId, row: object): Facts {
  const facts = blankFacts(sheet);
  for (const [column, value] of Object.entries(row)) {
    const name = factName(column);
    if (name in facts) facts[name] = value as string | number | null;
  }
  return facts;
}

/** The column of a table that a fact stands in: `expectedIntervalS` in `expected_interval_s`. */
export function columnName(fact: string): string {
  return fact.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const names = new Map<string, string>();

function factName(column: string): string {
  let name = names.get(column);
  if (name === undefined) {
    name = column.replaceAll(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase());
    names.set(column, name);
  }
  return name;
}
