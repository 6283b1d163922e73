import { SUB_ITEM_CODES } from '../../../domain/sub-item.ts';
import { addAt } from '../tables/table.ts';
import { type Draft, objectOf, type ShareSet, type Source } from './draft.ts';
import { referredTo } from './references.ts';

/** How far shares written as decimal fractions may miss 1. */
const SLACK = 1e-9;
const SUB_ITEM_LENGTH = 16;

/** Checks the shares that are new or change: their sums, whom and what they name, on the days on which they hold. */
export function checkShares(draft: Draft): void {
  for (const [meter, { periods, sets }] of draft.shares) {
    const { medium, endedOn } = objectOf(draft, 'meters', meter) ?? {};
    for (const set of sets) {
      const to = periods.find(({ from }) => from === set.from)?.to ?? null;
      checkSet(draft, meter, set, { medium, to: earlier(to, endedOn) });
    }
  }
}

function checkSet(
  draft: Draft,
  meter: string,
  { from, shares, isBroken }: ShareSet,
  { medium, to }: { medium: unknown; to: string | null },
): void {
  if (shares === null) return;
  const places = new Map<string, Source>();
  let sum = 0;
  for (const { share, source } of shares) {
    sum += share.share;
    checkNames(draft, source, share, { medium, to });
    const place = JSON.stringify([share.institutionId, share.zoneId, share.subItem]);
    const other = places.get(place);
    if (other === undefined) places.set(place, source);
    else addAt(draft.problems, source.table, source.row, 'share', 'share-twice', { row: other.row.number });
  }
  if (isBroken === true || Math.abs(sum - 1) <= SLACK) return;
  const params = { meter, date: from, sum: Number(sum.toPrecision(12)) };
  const last = shares.at(-1)!.source;
  addAt(draft.problems, last.table, last.row, 'share', 'share-sum', params);
}

function checkNames(
  draft: Draft,
  source: Source,
  { institutionId, zoneId, subItem }: { institutionId: string; zoneId: string | null; subItem: string | null },
  { medium, to }: { medium: unknown; to: string | null },
): void {
  const { table, row } = source;
  const institution = referredTo(draft, source, { key: 'institutionId', sheet: 'institutions', id: institutionId });
  const end = institution?.['endedOn'];
  if (typeof end === 'string' && (to === null || to > end)) {
    addAt(draft.problems, table, row, 'institutionId', 'institution-ended', { id: institutionId, date: end });
  }
  if (zoneId !== null) {
    const owner = referredTo(draft, source, { key: 'zoneId', sheet: 'zones', id: zoneId })?.['institutionId'];
    if (typeof owner === 'string' && owner !== institutionId) {
      addAt(draft.problems, table, row, 'zoneId', 'zone-of-other', { id: zoneId, owner, institution: institutionId });
    }
  }
  if (subItem === null) return;
  if (medium === 'electricity' && !(SUB_ITEM_CODES as readonly string[]).includes(subItem)) {
    addAt(draft.problems, table, row, 'subItem', 'sub-item-of-medium', { value: subItem });
  } else if (medium !== 'electricity' && subItem.length > SUB_ITEM_LENGTH) {
    addAt(draft.problems, table, row, 'subItem', 'sub-item-long');
  }
}

function earlier(a: string | null, b: unknown): string | null {
  if (typeof b !== 'string') return a;
  return a === null || b < a ? b : a;
}
