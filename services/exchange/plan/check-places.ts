import { problemOfCreditCode } from '../../../domain/credit-code.ts';
import { addAt } from '../tables/table.ts';
import { checkEnds, checkOwners } from './check-ends.ts';
import { type Draft, type ObjectDraft, objectOf, sharesOf } from './draft.ts';
import type { Facts } from './facts.ts';
import { referredTo } from './references.ts';

/** So many users of something are named in a message. */
const NAMED = 5;

/** Checks institutions, buildings, zones and collectors that are new or change, against the file and the registry. */
export function checkPlaces(draft: Draft): void {
  checkCreditCodes(draft);
  checkEnds(draft);
  checkOwners(draft);
  for (const object of draft.objects.buildings.values()) checkBuilding(draft, object);
  for (const object of draft.objects.zones.values()) checkZone(draft, object);
  for (const { table, row, id, stored } of draft.objects.collectors.values()) {
    if (stored === undefined && draft.state.readers.has(id)) {
      addAt(draft.problems, table, row, 'id', 'name-of-reader', { id });
    }
  }
}

function checkCreditCodes(draft: Draft): void {
  const holders = new Map<string, string>();
  const all = new Map<string, Facts>(draft.state.objects.institutions);
  for (const { id, facts } of draft.objects.institutions.values()) all.set(id, facts);
  for (const { id, facts, changed, table, row } of draft.objects.institutions.values()) {
    const code = facts['creditCode'];
    if (!changed.has('creditCode') || typeof code !== 'string') continue;
    if (problemOfCreditCode(code) !== undefined) {
      addAt(draft.problems, table, row, 'creditCode', 'credit-code', { value: code });
      continue;
    }
    if (holders.size === 0) {
      for (const [each, { creditCode }] of all)
        if (typeof creditCode === 'string') addHolder(holders, creditCode, each);
    }
    const other = (holders.get(code) ?? '').split(' ').find((each) => each !== id && each !== '');
    if (other !== undefined) addAt(draft.problems, table, row, 'creditCode', 'code-taken', { value: code, other });
  }
}

function addHolder(holders: Map<string, string>, code: string, id: string): void {
  const before = holders.get(code);
  holders.set(code, before === undefined ? id : `${before} ${id}`);
}

function checkBuilding(draft: Draft, object: ObjectDraft): void {
  const { table, row, id, facts, changed, stored } = object;
  const { institutionId } = facts;
  if (!changed.has('institutionId') || typeof institutionId !== 'string') return;
  const cell = { key: 'institutionId', sheet: 'institutions', id: institutionId } as const;
  if (referredTo(draft, object, cell) === undefined || stored === undefined) return;
  const users = [...draft.state.objects.zones.keys()].filter((zone) => {
    const { buildingId, institutionId: owner } = objectOf(draft, 'zones', zone) ?? {};
    return buildingId === id && owner !== institutionId;
  });
  if (users.length > 0) {
    addAt(draft.problems, table, row, 'institutionId', 'still-used', { users: users.slice(0, NAMED).join(', ') });
  }
}

function checkZone(draft: Draft, object: ObjectDraft): void {
  const { table, row, id, facts, changed, stored } = object;
  const { institutionId, buildingId } = facts;
  if (typeof institutionId !== 'string') return;
  if (changed.has('institutionId')) {
    const cell = { key: 'institutionId', sheet: 'institutions', id: institutionId } as const;
    if (referredTo(draft, object, cell) === undefined) return;
  }
  if (typeof buildingId === 'string' && (changed.has('buildingId') || changed.has('institutionId'))) {
    const building = referredTo(draft, object, { key: 'buildingId', sheet: 'buildings', id: buildingId });
    const owner = building?.['institutionId'];
    if (typeof owner === 'string' && owner !== institutionId) {
      const params = { id: buildingId, owner, institution: institutionId };
      addAt(draft.problems, table, row, 'buildingId', 'building-of-other', params);
    }
  }
  if (stored === undefined || !changed.has('institutionId')) return;
  const users = [...draft.state.shares.keys()].filter((meter) =>
    sharesOf(draft, meter).some(({ value }) =>
      value.some((share) => share.zoneId === id && share.institutionId !== institutionId),
    ),
  );
  if (users.length > 0) {
    addAt(draft.problems, table, row, 'institutionId', 'still-used', { users: users.slice(0, NAMED).join(', ') });
  }
}
