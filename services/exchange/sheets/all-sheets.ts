import { bug } from '../../../domain/errors.ts';
import type { ColumnSpec, SheetId, SheetSpec } from './column-spec.ts';
import { COLLECTORS, METERS, MULTIPLIERS, SHARES } from './metering-sheets.ts';
import { ATTRIBUTES, BUILDINGS, INSTITUTIONS, QUOTAS, ZONES } from './place-sheets.ts';

/** Every sheet, in the order of the workbook: what is referred to comes first. */
export const SHEETS: readonly SheetSpec[] = [
  INSTITUTIONS,
  ATTRIBUTES,
  BUILDINGS,
  ZONES,
  COLLECTORS,
  METERS,
  SHARES,
  MULTIPLIERS,
  QUOTAS,
];

/** The sheet of an id. */
export function sheetOf(id: SheetId): SheetSpec {
  return SHEETS.find((sheet) => sheet.id === id) ?? bug(`no sheet ${id}`);
}

/** The column of a key. */
export function columnOf(sheet: SheetSpec, key: string): ColumnSpec {
  return sheet.columns.find((column) => column.key === key) ?? bug(`no column ${sheet.id}.${key}`);
}
