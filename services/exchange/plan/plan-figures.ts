import { CLEAR } from '../cells/cell-value.ts';
import { isBad } from '../cells/cell-value.ts';
import { columnOf } from '../sheets/all-sheets.ts';
import type { Period } from '../../registry/dated-periods.ts';
import { addAt, type Table, type TableRow, valueOf } from '../tables/table.ts';
import { beginningOn, cellValue, ownerOf, withValue } from './dated-rows.ts';
import type { Draft } from './draft.ts';
import { noteBadCells } from './note-bad-cells.ts';
import { referredTo } from './references.ts';
import { ATTRIBUTE_NAMES, type AttributeName } from './registry-state.ts';
import type { RowChange } from './sheet-summaries.ts';

interface DatedRow {
  row: TableRow;
  day: string;
}

/** Works out the dated figures (areas, people) of institutions. */
export function planFigures(draft: Draft, table: Table): void {
  const byInstitution = new Map<string, DatedRow[]>();
  for (const row of table.rows) {
    const institution = ownerOf(draft, table, row, 'institutionId');
    const day = dayOfRow(draft, table, row);
    const cell = { key: 'institutionId', sheet: 'institutions' } as const;
    const isKnown =
      institution !== undefined && referredTo(draft, { table, row }, { ...cell, id: institution }) !== undefined;
    if (!isKnown || day === undefined) {
      noteBadCells(draft, table, row, ATTRIBUTE_NAMES);
      continue;
    }
    const rows = byInstitution.get(institution) ?? [];
    const other = rows.find((each) => each.day === day);
    if (other !== undefined) {
      const key = `${institution} ${day}`;
      addAt(draft.problems, table, other.row, 'institutionId', 'duplicate', { row: row.number, key });
      addAt(draft.problems, table, row, 'institutionId', 'duplicate', { row: other.row.number, key });
      noteBadCells(draft, table, row, ATTRIBUTE_NAMES);
      continue;
    }
    rows.push({ row, day });
    byInstitution.set(institution, rows);
  }
  for (const [institution, rows] of byInstitution) planInstitution(draft, table, institution, rows);
}

function planInstitution(draft: Draft, table: Table, institution: string, rows: DatedRow[]): void {
  const stored = draft.state.figures.get(institution) ?? {};
  const figures = { ...stored };
  const sources = new Map<string, { table: Table; row: TableRow }>();
  for (const { row, day } of rows.toSorted((a, b) => (a.day < b.day ? -1 : 1))) {
    const changes: RowChange['columns'] = [];
    let isNew = true;
    for (const name of ATTRIBUTE_NAMES) {
      const before = beginningOn(stored[name] ?? [], day);
      if (typeof before === 'number') isNew = false;
      const given = valueAt(draft, table, row, name, before);
      // What an earlier row of the file begins, this one may end: held against both.
      const now = beginningOn(figures[name] ?? [], day);
      if (given === undefined || (given === before && given === now)) continue;
      figures[name] = withValue(figures[name] ?? [], day, given);
      sources.set(`${name} ${day}`, { table, row });
      changes.push({ key: name, before: before ?? null, after: given });
    }
    if (changes.length === 0) draft.summaries.isUnchanged(table);
    else if (isNew) draft.summaries.isNew(table);
    else draft.summaries.isChanged(table, () => ({ row: row.number, key: `${institution} ${day}`, columns: changes }));
  }
  if (sources.size === 0) return;
  draft.figures.set(institution, { figures, sources });
  checkOffice(draft, figures.areaM2 ?? [], figures.officeAreaM2 ?? [], sources);
}

/** A figure of a row: null where the marker ends it, undefined where the row says nothing of it. */
function valueAt(
  draft: Draft,
  table: Table,
  row: TableRow,
  name: AttributeName,
  before: number | null | undefined,
): number | null | undefined {
  const given = valueOf(table, row, name);
  // What is stored is taken even where it could not be entered today.
  if (isBad(given) && typeof before === 'number' && given.text === String(before)) return before;
  const value = cellValue(draft, table, row, name);
  return value === CLEAR ? null : (value as number | undefined);
}

function checkOffice(
  draft: Draft,
  floors: readonly Period<number>[],
  offices: readonly Period<number>[],
  sources: ReadonlyMap<string, { table: Table; row: TableRow }>,
): void {
  for (const office of offices) {
    for (const floor of floors) {
      const from = office.from > floor.from ? office.from : floor.from;
      const meet = (floor.to === null || from < floor.to) && (office.to === null || from < office.to);
      if (!meet || office.value <= floor.value) continue;
      const source = sources.get(`officeAreaM2 ${office.from}`);
      const other = source ?? sources.get(`areaM2 ${floor.from}`);
      if (other === undefined) continue;
      const key = source === undefined ? 'areaM2' : 'officeAreaM2';
      const params = { office: office.value, floor: floor.value, date: from };
      addAt(draft.problems, other.table, other.row, key, 'office-above-floor', params);
    }
  }
}

function dayOfRow(draft: Draft, table: Table, row: TableRow): string | undefined {
  const year = cellValue(draft, table, row, 'year');
  const date = cellValue(draft, table, row, 'validFrom');
  const areBad = isBad(valueOf(table, row, 'year')) || isBad(valueOf(table, row, 'validFrom'));
  const ofYear = typeof year === 'number' ? `${year}-01-01` : undefined;
  if (typeof date === 'string') {
    if (ofYear === undefined || ofYear.slice(0, 4) === date.slice(0, 4)) return date;
    addAt(draft.problems, table, row, 'year', 'date-conflict', { year: Number(year), date });
    return undefined;
  }
  if (ofYear === undefined && !areBad) {
    const key =
      table.found[table.spec.columns.indexOf(columnOf(table.spec, 'year'))] === undefined ? 'validFrom' : 'year';
    addAt(draft.problems, table, row, key, 'date-missing');
  }
  return ofYear;
}
