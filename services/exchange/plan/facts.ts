import { sheetOf } from '../sheets/all-sheets.ts';
import type { SheetId } from '../sheets/column-spec.ts';

/** What of an object stands in its own table, by the names that sheets and API give it. */
export type Facts = Record<string, string | number | null>;

/** Columns of a sheet that stand in other tables. */
const ELSEWHERE: Partial<Record<SheetId, readonly string[]>> = { meters: ['institutionId', 'subItem', 'multiplier'] };

/** Columns that no sheet shows: secrets, and what is nobody's to import. */
const HIDDEN: ReadonlySet<string> = new Set(['tokenHash', 'mosquittoHash', 'ruleSettings', 'createdAt']);

/** The names of an object's facts that a sheet can change. */
export function factNames(sheet: SheetId): string[] {
  const elsewhere = ELSEWHERE[sheet] ?? [];
  return sheetOf(sheet)
    .columns.map(({ key }) => key)
    .filter((key) => !elsewhere.includes(key));
}

/** A row of a table as facts. */
export function factsOfRow(row: object): Facts {
  const facts: Facts = {};
  for (const [column, value] of Object.entries(row)) {
    const name = factName(column);
    if (!HIDDEN.has(name)) facts[name] = value as string | number | null;
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
