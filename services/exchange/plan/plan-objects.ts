import { isValidId } from '../../../domain/ids.ts';
import { normaliseAddress } from '../../../domain/meter-address.ts';
import { CLEAR, isBad } from '../cells/cell-value.ts';
import { looksRounded } from '../cells/read-id.ts';
import type { ColumnSpec } from '../sheets/column-spec.ts';
import { addAt, type Table, type TableRow } from '../tables/table.ts';
import type { Draft, ObjectDraft } from './draft.ts';
import { blankFacts, type Facts, factNames } from './facts.ts';
import { mergeCell } from './merge-cell.ts';
import { noteBadCells } from './note-bad-cells.ts';
import type { ObjectSheet } from './registry-state.ts';

/** Fills in what of a new object goes without saying. */
export type NewFacts = (facts: Facts) => void;

/** Makes drafts of the objects in a table: what is new, what changes and how. Their relations are checked later. */
export function planObjects(draft: Draft, table: Table, newFacts: NewFacts): void {
  const sheet = table.spec.id as ObjectSheet;
  const names = new Set(factNames(sheet));
  const columns = table.spec.columns
    .map((column, at) => ({ column, at }))
    .filter(({ column }) => names.has(column.key));
  const keysButId = table.spec.columns.flatMap(({ key }) => (key === 'id' ? [] : key));
  const first = new Map<string, TableRow>();
  let areMissingTold = false;
  for (const row of table.rows) {
    const id = idOf(draft, table, row);
    if (id === undefined) {
      noteBadCells(draft, table, row, keysButId);
      continue;
    }
    const other = first.get(id);
    if (other !== undefined) {
      addAt(draft.problems, table, other, 'id', 'duplicate', { row: row.number, key: id });
      addAt(draft.problems, table, row, 'id', 'duplicate', { row: other.number, key: id });
      // Its other cells are judged all the same.
      draftOf(draft, table, row, { id, columns, newFacts, all: names });
      continue;
    }
    first.set(id, row);
    const object = draftOf(draft, table, row, { id, columns, newFacts, all: names });
    draft.objects[sheet].set(id, object);
    if (object.stored === undefined && !areMissingTold) {
      areMissingTold = true;
      for (const { column, at } of columns) {
        if (column.required !== 'new' || table.found[at] !== undefined) continue;
        const { zh, en } = column.heading;
        draft.problems.add({ sheet: table.name, row: row.number }, 'missing-column', { headingZh: zh, headingEn: en });
      }
    }
  }
}

/** The id in a row's first column; problems are noted. */
function idOf(draft: Draft, table: Table, row: TableRow): string | undefined {
  const sheet = table.spec.id as ObjectSheet;
  const given = row.values[0];
  const { help } = table.spec.columns[0]!;
  if (table.found[0] === undefined) return undefined;
  if (given === undefined || typeof given === 'symbol') {
    addAt(draft.problems, table, row, 'id', 'required', { helpZh: help.zh, helpEn: help.en });
    return undefined;
  }
  if (isBad(given)) {
    addAt(draft.problems, table, row, 'id', given.code, given.params);
    return undefined;
  }
  const id = String(given);
  if (draft.state.objects[sheet].has(id)) return id;
  if (looksRounded(id)) {
    addAt(draft.problems, table, row, 'id', 'id-rounded', { value: id });
    return undefined;
  }
  const isTopicName = sheet === 'collectors' || sheet === 'meters';
  if (isTopicName && !isValidId(id)) addAt(draft.problems, table, row, 'id', 'id-reserved', { value: id });
  return id;
}

function draftOf(
  draft: Draft,
  table: Table,
  row: TableRow,
  how: { id: string; columns: { column: ColumnSpec; at: number }[]; newFacts: NewFacts; all: Set<string> },
): ObjectDraft {
  const { id, columns, newFacts, all } = how;
  const stored = draft.state.objects[table.spec.id as ObjectSheet].get(id);
  const facts: Facts = stored === undefined ? blankFacts(table.spec.id) : { ...stored };
  facts['id'] = id;
  const changed = new Set<string>();
  for (const { column, at } of columns) {
    const { key } = column;
    if (key === 'id') continue;
    const given = row.values[at];
    if (stored === undefined && (given === undefined || given === CLEAR)) {
      facts[key] = null;
      if (column.required === 'new' && table.found[at] !== undefined) {
        addAt(draft.problems, table, row, key, 'required', { helpZh: column.help.zh, helpEn: column.help.en });
      }
      continue;
    }
    const merged = mergeCell(column, given, stored?.[key], draft.state.regions);
    if (merged.is === 'problem') {
      addAt(draft.problems, table, row, key, merged.code, merged.params);
      facts[key] ??= null;
    } else if (merged.is === 'set') {
      if (key === 'address' && isSameAddress(merged.value, facts[key])) continue;
      facts[key] = merged.value;
      changed.add(key);
    } else {
      facts[key] ??= null;
    }
  }
  if (stored !== undefined) return { table, row, id, stored, facts, changed };
  newFacts(facts);
  return { table, row, id, stored, facts, changed: all };
}

function isSameAddress(a: string | number | null, b: string | number | null | undefined): boolean {
  return typeof a === 'string' && typeof b === 'string' && normaliseAddress(a) === normaliseAddress(b);
}
