import { isBad } from '../cells/cell-value.ts';
import { addAt, type Table, type TableRow, valueOf } from '../tables/table.ts';
import type { Draft } from './draft.ts';

/** Notes which of a row's cells cannot be read, where nothing else of the row can be judged: nobody knows whose it is. */
export function noteBadCells(draft: Draft, table: Table, row: TableRow, keys: readonly string[]): void {
  for (const key of keys) {
    const given = valueOf(table, row, key);
    if (isBad(given)) addAt(draft.problems, table, row, key, given.code, given.params);
  }
}
