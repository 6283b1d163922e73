import { sheetOf } from './sheets/all-sheets.ts';
import type { SheetId } from './sheets/column-spec.ts';

/** A sheet's name in Chinese. */
export function sheetName(sheet: SheetId): string {
  return sheetOf(sheet).name.zh;
}
