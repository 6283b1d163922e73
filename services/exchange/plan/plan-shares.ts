import { CLEAR } from '../cells/cell-value.ts';
import { readChoice } from '../cells/read-choice.ts';
import { SUB_ITEM_CHOICES } from '../sheets/choices.ts';
import { writeSubItem } from '../cells/write-cell.ts';
import type { Share } from '../../api/schemas/meter.ts';
import { BEGINNING, type Period, periodOn } from '../../registry/dated-periods.ts';
import { addAt, type Table, type TableRow, valueOf } from '../tables/table.ts';
import { beginningOn, cellValue, dayOfCell, ownerOf, withValue } from './dated-rows.ts';
import { type Draft, type ObjectDraft, objectOf, type ShareSet, type Source } from './draft.ts';
import { referredTo } from './references.ts';

/** Works out shares: of the meters' own rows, and of the sheet of dated sets, which may be missing. */
export function planShares(draft: Draft, table: Table | undefined): void {
  const byMeter = table === undefined ? new Map<string, Map<string, ShareSet>>() : readSets(draft, table);
  for (const object of draft.objects.meters.values()) planOwn(draft, object, byMeter.get(object.id));
  if (table === undefined) return;
  for (const [meter, sets] of byMeter) planSets(draft, table, meter, [...sets.values()]);
}

/** A sub-item as it is kept: the code of electricity's, the text itself of other media. */
function subItemOf(medium: unknown, text: string): string {
  return medium === 'electricity' ? (readChoice(SUB_ITEM_CHOICES, text) ?? text) : text;
}

function planOwn(draft: Draft, object: ObjectDraft, sets: ReadonlyMap<string, ShareSet> | undefined): void {
  const { id, stored, facts, table, row } = object;
  const source = { table, row };
  const institution = cellValue(draft, table, row, 'institutionId');
  const item = cellValue(draft, table, row, 'subItem');
  if (institution === CLEAR) addAt(draft.problems, table, row, 'institutionId', 'cannot-clear');
  const institutionId = typeof institution === 'string' ? institution : undefined;
  const subItem = typeof item === 'string' ? subItemOf(facts['medium'], item) : item === CLEAR ? null : undefined;
  if (stored === undefined) {
    const start = sets?.get(BEGINNING)?.sources[0];
    if (institutionId !== undefined && start !== undefined) {
      const params = { sheet: start.table.name, row: start.row.number };
      addAt(draft.problems, table, row, 'institutionId', 'given-twice', params);
    } else if (institutionId !== undefined) {
      const share = { institutionId, zoneId: null, subItem: subItem ?? null, share: 1 };
      set(draft, id, [{ from: BEGINNING, to: null, value: [share] }], [ownSet(BEGINNING, share, source)], source);
    } else if (sets === undefined && valueOf(table, row, 'institutionId') === undefined) {
      addAt(draft.problems, table, row, 'institutionId', 'no-share');
    } else if (subItem !== undefined && sets !== undefined) {
      addAt(draft.problems, table, row, 'subItem', 'share-elsewhere');
    }
    return;
  }
  if (institutionId === undefined && subItem === undefined) return;
  const periods = draft.state.shares.get(id) ?? [];
  const now = periodOn(periods, draft.today)?.value;
  const [share] = now ?? [];
  const isAsNow =
    now?.length === 1 &&
    (institutionId === undefined || share!.institutionId === institutionId) &&
    (subItem === undefined || share!.subItem === subItem);
  if (isAsNow) return;
  const [only, second] = periods;
  const isSimple = only !== undefined && second === undefined && only.to === null && isWhole(only.value);
  if (!isSimple) {
    addAt(draft.problems, table, row, institutionId === undefined ? 'subItem' : 'institutionId', 'share-elsewhere');
    return;
  }
  const after = { ...share!, ...(institutionId === undefined ? {} : { institutionId }) };
  if (subItem !== undefined) after.subItem = subItem;
  if (after.institutionId !== share!.institutionId) object.changed.add('institutionId');
  if (after.subItem !== share!.subItem) object.changed.add('subItem');
  set(draft, id, [{ ...only, value: [after] }], [ownSet(only.from, after, source)], source);
}

/** One institution bears all of it, whatever the zone. */
export function isWhole(shares: readonly Share[]): boolean {
  return shares.length === 1 && shares[0]!.share === 1 && shares[0]!.zoneId === null;
}

function ownSet(from: string, share: Share, source: Source): ShareSet {
  return { from, shares: [{ share, source }], sources: [source] };
}

function planSets(draft: Draft, table: Table, meter: string, sets: ShareSet[]): void {
  const stored = draft.state.shares.get(meter) ?? [];
  const own = draft.shares.get(meter);
  let periods = own?.periods ?? stored;
  const changed: ShareSet[] = [];
  for (const each of sets.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const before = beginningOn(stored, each.from);
    const after = each.shares?.map(({ share }) => share) ?? null;
    // What an earlier set of the file begins, this one may end: held against both.
    if (isSameSet(before, after) && isSameSet(beginningOn(periods, each.from), after)) {
      for (let count = each.sources.length; count > 0; count -= 1) draft.summaries.isUnchanged(table);
      continue;
    }
    changed.push(each);
    periods = withValue(periods, each.from, after);
    const columns = [{ key: 'share', before: textOf(before), after: textOf(after) }];
    for (const { row } of each.sources) {
      if (before === undefined || before === null) draft.summaries.isNew(table);
      else draft.summaries.isChanged(table, () => ({ row: row.number, key: `${meter} ${each.from}`, columns }));
    }
  }
  const [first] = changed;
  if (first !== undefined) set(draft, meter, periods, [...(own?.sets ?? []), ...changed], first.sources[0]!);
}

function readSets(draft: Draft, table: Table): Map<string, Map<string, ShareSet>> {
  const byMeter = new Map<string, Map<string, ShareSet>>();
  for (const row of table.rows) {
    const source = { table, row };
    const meter = ownerOf(draft, table, row, 'meterId');
    const day = dayOfCell(draft, table, row);
    const share = valueOf(table, row, 'share') === CLEAR ? null : shareOf(draft, table, row, meter);
    if (meter === undefined || day === undefined) continue;
    if (referredTo(draft, source, { key: 'meterId', sheet: 'meters', id: meter }) === undefined) continue;
    const sets = byMeter.get(meter) ?? new Map<string, ShareSet>();
    byMeter.set(meter, sets);
    const own: ShareSet = sets.get(day) ?? { from: day, shares: [], sources: [] };
    const isFirst = !sets.has(day);
    sets.set(day, own);
    own.sources.push(source);
    if (share === undefined) own.isBroken = true;
    else if (share === null && isFirst) own.shares = null;
    else if (share === null || own.shares === null) addAt(draft.problems, table, row, 'share', 'share-end');
    else own.shares.push({ share, source });
  }
  return byMeter;
}

function shareOf(draft: Draft, table: Table, row: TableRow, meter: string | undefined): Share | undefined {
  const institutionId = ownerOf(draft, table, row, 'institutionId');
  const amount = ownerOf(draft, table, row, 'share') === undefined ? undefined : valueOf(table, row, 'share');
  const zone = cellValue(draft, table, row, 'zoneId');
  const item = cellValue(draft, table, row, 'subItem');
  if (institutionId === undefined || typeof amount !== 'number') return undefined;
  const medium = meter === undefined ? undefined : objectOf(draft, 'meters', meter)?.['medium'];
  return {
    institutionId,
    zoneId: typeof zone === 'string' ? zone : null,
    subItem: typeof item === 'string' ? subItemOf(medium, item) : null,
    share: amount,
  };
}

function isSameSet(a: readonly Share[] | null | undefined, b: readonly Share[] | null): boolean {
  if (a === null || b === null) return a === b;
  if (a === undefined || a.length !== b.length) return false;
  const keys = (shares: readonly Share[]): string =>
    shares
      .map(({ institutionId, zoneId, subItem, share }) => JSON.stringify([institutionId, zoneId, subItem, share]))
      .sort()
      .join(' ');
  return keys(a) === keys(b);
}

/** A set of shares in a line: `jg-001 A1 照明与插座 60%; jg-002 40%`. */
function textOf(shares: readonly Share[] | null | undefined): string | null {
  if (shares === null || shares === undefined) return null;
  return shares
    .map(({ institutionId, zoneId, subItem, share }) =>
      [institutionId, zoneId, subItem === null ? null : writeSubItem(subItem, 'zh'), `${share * 100}%`]
        .filter((part) => part !== null)
        .join(' '),
    )
    .join('; ');
}

function set(draft: Draft, meter: string, periods: Period<Share[]>[], sets: ShareSet[], source: Source): void {
  draft.shares.set(meter, { periods, sets, source });
}
