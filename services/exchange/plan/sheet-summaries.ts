import type { SheetId } from '../sheets/column-spec.ts';
import type { Table } from '../tables/table.ts';

type Shown = string | number | null;

/** What of a row changes: heading key, before and after. */
export interface RowChange {
  row: number;
  /** What names the row: its id, or institution and date. */
  key: string;
  columns: { key: string; before: Shown; after: Shown }[];
}

/** What an import does to a sheet's rows. */
export interface SheetSummary {
  table: Table;
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  changes: RowChange[];
}

/** Changed rows that are shown in full. */
const SHOWN = 500;

/** Counts what becomes of the rows of each sheet. */
export class SheetSummaries {
  readonly bySheet = new Map<SheetId, SheetSummary>();

  start(table: Table): void {
    this.bySheet.set(table.spec.id, { table, rows: table.rows.length, new: 0, changed: 0, unchanged: 0, changes: [] });
  }

  isNew(table: Table): void {
    this.#of(table).new += 1;
  }

  isUnchanged(table: Table): void {
    this.#of(table).unchanged += 1;
  }

  isChanged(table: Table, change: () => RowChange): void {
    const summary = this.#of(table);
    summary.changed += 1;
    if (summary.changes.length < SHOWN) summary.changes.push(change());
  }

  #of(table: Table): SheetSummary {
    return this.bySheet.get(table.spec.id)!;
  }
}
