import { looksRounded } from '../cells/read-id.ts';
import type { ProblemCode } from '../problems/problem-texts.ts';
import { addAt, type Table, type TableRow } from '../tables/table.ts';
import { type Draft, objectOf } from './draft.ts';
import type { Facts } from './facts.ts';
import type { ObjectSheet } from './registry-state.ts';

const MISSING: Record<ObjectSheet, ProblemCode> = {
  institutions: 'no-institution',
  buildings: 'no-building',
  zones: 'no-zone',
  collectors: 'no-collector',
  meters: 'no-meter',
};

/** The object that a cell refers to, in the file or in the registry; where there is none that is noted at the cell. */
export function referredTo(
  draft: Draft,
  { table, row }: { table: Table; row: TableRow },
  cell: { key: string; sheet: ObjectSheet; id: string },
): Facts | undefined {
  const found = objectOf(draft, cell.sheet, cell.id);
  if (found !== undefined) return found;
  if (looksRounded(cell.id)) addAt(draft.problems, table, row, cell.key, 'id-rounded', { value: cell.id });
  else addAt(draft.problems, table, row, cell.key, MISSING[cell.sheet], { id: cell.id });
  return undefined;
}
