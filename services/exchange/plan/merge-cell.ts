import { CLEAR, isBad, type ReadValue } from '../cells/cell-value.ts';
import { unguardText } from '../cells/formula-guard.ts';
import { readCell } from '../cells/read-cell.ts';
import type { RegionNames } from '../cells/region-names.ts';
import { writeCell } from '../cells/write-cell.ts';
import { looksRounded } from '../cells/read-id.ts';
import type { ProblemCode } from '../problems/problem-texts.ts';
import type { ColumnSpec } from '../sheets/column-spec.ts';

type Stored = string | number | null | undefined;

/** What a cell makes of what is stored: nothing of it, another value, or why it cannot. */
export type Merged =
  | { is: 'same' }
  | { is: 'set'; value: string | number | null }
  | { is: 'problem'; code: ProblemCode; params: Record<string, string | number> };

const SAME: Merged = { is: 'same' };

/**
 * Holds a cell against what is stored (undefined: there is nothing yet). Blank leaves it. What an export writes for the
 * stored value is the stored value, also where it could not be entered today.
 */
export function mergeCell(column: ColumnSpec, given: ReadValue, stored: Stored, regions: RegionNames): Merged {
  if (given === undefined || given === stored) return SAME;
  if (isBad(given)) {
    const { code, params, text } = given;
    return isWrittenAs(column, stored, text, regions) ? SAME : { is: 'problem', code, params };
  }
  if (given === CLEAR) {
    if (stored === null || stored === undefined) return SAME;
    if (column.clearable === false || column.required !== undefined) {
      return { is: 'problem', code: 'cannot-clear', params: {} };
    }
    return { is: 'set', value: null };
  }
  if (stored !== null && stored !== undefined && isSame(column, given, stored, regions)) return SAME;
  // A reference that looks so is told where it is looked up: it may be an id that there is.
  if (column.kind.is === 'code' && looksRounded(String(given))) {
    return { is: 'problem', code: 'id-rounded', params: { value: given } };
  }
  return { is: 'set', value: given };
}

function isSame(column: ColumnSpec, given: string | number, stored: string | number, regions: RegionNames): boolean {
  const written = writeCell(column.kind, stored, 'zh', regions);
  if (typeof written !== 'string') return false;
  return readCell(column, { is: 'text', text: written }, { regions, since1904: false }) === given;
}

function isWrittenAs(column: ColumnSpec, stored: Stored, text: string | undefined, regions: RegionNames): boolean {
  if (stored === null || stored === undefined || text === undefined) return false;
  return (['zh', 'en'] as const).some((language) => {
    const written = writeCell(column.kind, stored, language, regions);
    return written !== null && unguardText(String(written)).trim() === text;
  });
}
