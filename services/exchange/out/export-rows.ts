import { BEGINNING, type Period } from '../../registry/dated-periods.ts';
import type { Share } from '../../api/schemas/meter.ts';
import { writeCell, writeSubItem } from '../cells/write-cell.ts';
import type { Facts } from '../plan/facts.ts';
import { isWhole } from '../plan/plan-shares.ts';
import { ATTRIBUTE_NAMES, type ObjectSheet, type RegistryState } from '../plan/registry-state.ts';
import { sheetOf } from '../sheets/all-sheets.ts';
import type { Language, SheetId } from '../sheets/column-spec.ts';

type Cell = string | number | null;
/** That nothing holds from a day on. */
const NONE = Symbol('none');
type Row = Record<string, Cell | undefined | typeof NONE>;

/** The rows of a sheet as an export holds them, by the sheet's columns. */
export function* exportRows(state: RegistryState, sheet: SheetId, language: Language): Generator<Cell[]> {
  const { columns } = sheetOf(sheet);
  for (const row of rowsOf(state, sheet, language)) {
    yield columns.map(({ key, kind }) => {
      const value = row[key];
      return value === NONE ? '-' : writeCell(kind, value, language, state.regions);
    });
  }
}

function rowsOf(state: RegistryState, sheet: SheetId, language: Language): Iterable<Row> {
  switch (sheet) {
    case 'attributes':
      return figureRows(state);
    case 'multipliers':
      return multiplierRows(state);
    case 'shares':
      return shareRows(state, language);
    case 'quotas':
      return quotaRows(state);
    case 'meters':
      return meterRows(state, language);
    default:
      return state.objects[sheet as ObjectSheet].values();
  }
}

function* meterRows(state: RegistryState, language: Language): Generator<Row> {
  for (const [id, facts] of state.objects.meters) {
    const [share] = isSimpleShare(state.shares.get(id)) ? state.shares.get(id)![0]!.value : [];
    const [multiplier] = isSimple(state.multipliers.get(id)) ? state.multipliers.get(id)! : [];
    yield {
      ...facts,
      institutionId: share?.institutionId,
      subItem: subItemText(facts, share?.subItem, language),
      multiplier: multiplier?.value,
    };
  }
}

function* multiplierRows(state: RegistryState): Generator<Row> {
  for (const meterId of state.objects.meters.keys()) {
    const periods = state.multipliers.get(meterId) ?? [];
    if (isSimple(periods)) continue;
    for (const [from, multiplier] of steps(periods)) {
      yield { meterId, validFrom: from, multiplier: multiplier ?? NONE };
    }
  }
}

function* shareRows(state: RegistryState, language: Language): Generator<Row> {
  for (const [meterId, facts] of state.objects.meters) {
    const periods = state.shares.get(meterId) ?? [];
    if (isSimpleShare(periods)) continue;
    for (const [validFrom, shares] of steps(periods)) {
      if (shares === null) yield { meterId, validFrom, share: NONE };
      for (const { institutionId, zoneId, subItem, share } of shares ?? []) {
        yield { meterId, institutionId, zoneId, subItem: subItemText(facts, subItem, language), share, validFrom };
      }
    }
  }
}

function* figureRows(state: RegistryState): Generator<Row> {
  for (const institutionId of state.objects.institutions.keys()) {
    const figures = state.figures.get(institutionId) ?? {};
    const byDay = new Map<string, Row>();
    for (const name of ATTRIBUTE_NAMES) {
      for (const [day, value] of steps(figures[name] ?? [])) {
        const row = byDay.get(day) ?? { institutionId, validFrom: day };
        byDay.set(day, { ...row, [name]: value ?? NONE });
      }
    }
    for (const [, row] of [...byDay].sort(([a], [b]) => (a < b ? -1 : 1))) yield row;
  }
}

function* quotaRows(state: RegistryState): Generator<Row> {
  for (const [key, { annualLimit, monthLimits }] of state.quotas) {
    const [institutionId = '', year, medium = ''] = key.split('/');
    const months = monthLimits.map((limit, at) => [`month${at + 1}`, limit] as const);
    yield { institutionId, year: Number(year), medium, annualLimit, ...Object.fromEntries(months) };
  }
}

/** One value from the beginning on: it stands in the meter's own row. */
function isSimple(periods: readonly Period<unknown>[] | undefined): boolean {
  return periods?.length === 1 && periods[0]!.from === BEGINNING && periods[0]!.to === null;
}

function isSimpleShare(periods: readonly Period<Share[]>[] | undefined): boolean {
  return isSimple(periods) && isWhole(periods![0]!.value);
}

/** The days on which a timeline changes, with what holds from then on; null where nothing does. */
function* steps<T>(periods: readonly Period<T>[]): Generator<[string, T | null]> {
  for (const [at, { from, to, value }] of periods.entries()) {
    yield [from, value];
    if (to !== null && periods[at + 1]?.from !== to) yield [to, null];
  }
}

function subItemText(facts: Facts, subItem: string | null | undefined, language: Language): string | null {
  if (subItem === null || subItem === undefined) return null;
  return facts['medium'] === 'electricity' ? writeSubItem(subItem, language) : subItem;
}
