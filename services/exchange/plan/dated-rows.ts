import { CLEAR, isBad, type ReadValue } from '../cells/cell-value.ts';
import { BEGINNING, putPeriod, type Period } from '../../registry/dated-periods.ts';
import { addAt, type Table, type TableRow, valueOf } from '../tables/table.ts';
import type { Draft } from './draft.ts';

/** The id in a cell that names whose row it is; problems are noted. */
export function ownerOf(draft: Draft, table: Table, row: TableRow, key: string): string | undefined {
  const given = valueOf(table, row, key);
  const index = table.spec.columns.findIndex((column) => column.key === key);
  if (table.found[index] === undefined) return undefined;
  if (isBad(given)) {
    addAt(draft.problems, table, row, key, given.code, given.params);
    return undefined;
  }
  if (given === undefined || given === CLEAR) {
    const { help } = table.spec.columns[index]!;
    addAt(draft.problems, table, row, key, 'required', { helpZh: help.zh, helpEn: help.en });
    return undefined;
  }
  return String(given);
}

/** The day in a `validFrom` cell: blank is the beginning. Undefined, and noted, where it cannot be read. */
export function dayOfCell(draft: Draft, table: Table, row: TableRow): string | undefined {
  const given = valueOf(table, row, 'validFrom');
  if (given === undefined) return BEGINNING;
  if (given === CLEAR) {
    addAt(draft.problems, table, row, 'validFrom', 'cannot-clear');
    return undefined;
  }
  if (isBad(given)) {
    addAt(draft.problems, table, row, 'validFrom', given.code, given.params);
    return undefined;
  }
  return String(given);
}

/** The value of a cell, where it has one that can be read; problems are noted. */
export function cellValue(draft: Draft, table: Table, row: TableRow, key: string): Exclude<ReadValue, object> {
  const given = valueOf(table, row, key);
  if (!isBad(given)) return given;
  addAt(draft.problems, table, row, key, given.code, given.params);
  return undefined;
}

/** A timeline on which nothing holds any more from a day on, until what begins later. */
function endPeriod<T>(periods: readonly Period<T>[], from: string): Period<T>[] {
  return periods.flatMap((period) => {
    if (period.from === from) return [];
    return period.from < from && (period.to === null || period.to > from) ? [{ ...period, to: from }] : [period];
  });
}

/** A timeline with a value from a day on; null ends what holds. Days of one timeline are to come in rising order. */
export function withValue<T>(periods: readonly Period<T>[], from: string, value: T | null): Period<T>[] {
  return value === null ? endPeriod(periods, from) : putPeriod(periods, from, value);
}

/** What begins on a day: a value, null where something ends with it, undefined where nothing changes on it. */
export function beginningOn<T>(periods: readonly Period<T>[], from: string): T | null | undefined {
  const begun = periods.find((period) => period.from === from);
  if (begun !== undefined) return begun.value;
  return periods.some((period) => period.from < from && (period.to === null || period.to > from)) ? undefined : null;
}
