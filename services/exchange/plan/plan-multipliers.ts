import { CLEAR } from '../cells/cell-value.ts';
import { BEGINNING, periodOn, type Period } from '../../registry/dated-periods.ts';
import { addAt, type Table, type TableRow, valueOf } from '../tables/table.ts';
import { beginningOn, cellValue, dayOfCell, ownerOf, withValue } from './dated-rows.ts';
import type { Draft, ObjectDraft, Source } from './draft.ts';
import { referredTo } from './references.ts';

interface Given {
  row: TableRow;
  day: string;
  value: number | null;
}

/** Works out multipliers: of the meters' own rows, and of the sheet of dated ones, which may be missing. */
export function planMultipliers(draft: Draft, table: Table | undefined): void {
  const byMeter = table === undefined ? new Map<string, Given[]>() : readRows(draft, table);
  for (const object of draft.objects.meters.values()) planOwn(draft, object, table, byMeter.get(object.id) ?? []);
  if (table === undefined) return;
  for (const [meter, rows] of byMeter) planDated(draft, table, meter, rows);
}

function planOwn(draft: Draft, object: ObjectDraft, table: Table | undefined, rows: readonly Given[]): void {
  const { id, stored } = object;
  const source = { table: object.table, row: object.row };
  const given = cellValue(draft, object.table, object.row, 'multiplier');
  if (given === CLEAR) addAt(draft.problems, object.table, object.row, 'multiplier', 'cannot-clear');
  const value = typeof given === 'number' ? given : undefined;
  const periods = draft.state.multipliers.get(id) ?? [];
  if (stored === undefined) {
    const start = rows.find(({ day }) => day === BEGINNING);
    if (value !== undefined && start !== undefined && start.value !== value) {
      const params = { sheet: table?.name ?? '', row: start.row.number };
      addAt(draft.problems, object.table, object.row, 'multiplier', 'given-twice', params);
    }
    const first = value ?? (rows.length === 0 ? 1 : undefined);
    if (first !== undefined) set(draft, id, [{ from: BEGINNING, to: null, value: first }], source);
    return;
  }
  if (value === undefined) return;
  const [only, second] = periods;
  if (periodOn(periods, draft.today)?.value === value) return;
  if (only === undefined || second !== undefined || only.to !== null) {
    addAt(draft.problems, object.table, object.row, 'multiplier', 'multiplier-elsewhere');
    return;
  }
  object.changed.add('multiplier');
  set(draft, id, [{ ...only, value }], source);
}

function planDated(draft: Draft, table: Table, meter: string, rows: readonly Given[]): void {
  const stored = draft.state.multipliers.get(meter) ?? [];
  let periods = draft.multipliers.get(meter)?.periods ?? stored;
  let source: Source | undefined;
  for (const { row, day, value } of rows.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    const before = beginningOn(stored, day);
    // What an earlier row of the file begins, this one may end: held against both.
    const isThere = beginningOn(periods, day) === value;
    if (!isThere) periods = withValue(periods, day, value);
    if (before === value && isThere) {
      draft.summaries.isUnchanged(table);
      continue;
    }
    source = { table, row };
    if (typeof before === 'number') {
      const columns = [{ key: 'multiplier', before, after: value }];
      draft.summaries.isChanged(table, () => ({ row: row.number, key: `${meter} ${day}`, columns }));
    } else {
      draft.summaries.isNew(table);
    }
  }
  if (source !== undefined) set(draft, meter, periods, source);
}

function readRows(draft: Draft, table: Table): Map<string, Given[]> {
  const byMeter = new Map<string, Given[]>();
  for (const row of table.rows) {
    const meter = ownerOf(draft, table, row, 'meterId');
    const day = dayOfCell(draft, table, row);
    const value = readValue(draft, table, row);
    if (meter === undefined) continue;
    if (referredTo(draft, { table, row }, { key: 'meterId', sheet: 'meters', id: meter }) === undefined) continue;
    if (day === undefined || value === undefined) continue;
    const rows = byMeter.get(meter) ?? [];
    const other = rows.find((each) => each.day === day);
    if (other !== undefined) {
      const key = `${meter} ${day}`;
      addAt(draft.problems, table, other.row, 'meterId', 'duplicate', { row: row.number, key });
      addAt(draft.problems, table, row, 'meterId', 'duplicate', { row: other.row.number, key });
      continue;
    }
    rows.push({ row, day, value });
    byMeter.set(meter, rows);
  }
  return byMeter;
}

function readValue(draft: Draft, table: Table, row: TableRow): number | null | undefined {
  if (valueOf(table, row, 'multiplier') === undefined) {
    ownerOf(draft, table, row, 'multiplier');
    return undefined;
  }
  const value = cellValue(draft, table, row, 'multiplier');
  return value === CLEAR ? null : (value as number | undefined);
}

function set(draft: Draft, meter: string, periods: Period<number>[], source: Source): void {
  draft.multipliers.set(meter, { periods, source });
}
