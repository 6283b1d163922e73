import { addAt } from '../tables/table.ts';
import { type Draft, type ObjectDraft, objectOf, sharesOf } from './draft.ts';
import type { Facts } from './facts.ts';
import type { ObjectSheet } from './registry-state.ts';

/** So many users of something are named in a message. */
const NAMED = 5;

/**
 * Checks what ends: an institution once no meter counts for it any more, a building once its zones and meters have ended,
 * a zone once no meter stands in it or counts for it, a collector once no meter in use speaks through it, and never
 * tomorrow, for its token stops at once.
 */
export function checkEnds(draft: Draft): void {
  const collectors = ending(draft, 'collectors');
  for (const { table, row, facts } of collectors.values()) {
    const date = String(facts['endedOn']);
    if (date > draft.today) addAt(draft.problems, table, row, 'endedOn', 'in-future', { date });
  }
  const institutions = ending(draft, 'institutions');
  const buildings = ending(draft, 'buildings');
  const zones = ending(draft, 'zones');
  if ([collectors, institutions, buildings, zones].every(({ size }) => size === 0)) return;
  const users = new Map<ObjectDraft, string[]>();
  const use = (object: ObjectDraft | undefined, user: string, end: unknown, by?: string): void => {
    if (object === undefined) return;
    if (typeof end === 'string' && end <= (by ?? String(object.facts['endedOn']))) return;
    const known = users.get(object);
    if (known === undefined) users.set(object, [user]);
    else if (!known.includes(user)) known.push(user);
  };
  for (const [id, zone] of all(draft, 'zones')) use(buildings.get(String(zone['buildingId'])), id, zone['endedOn']);
  for (const [id, meter] of all(draft, 'meters')) {
    const endedOn = meter['endedOn'];
    use(collectors.get(String(meter['collectorId'])), id, endedOn, draft.today);
    use(buildings.get(String(meter['buildingId'])), id, endedOn);
    use(zones.get(String(meter['zoneId'])), id, endedOn);
    for (const { to, value } of sharesOf(draft, id)) {
      const until = earlier(to, endedOn);
      for (const { institutionId, zoneId } of value) {
        use(institutions.get(institutionId), id, until);
        if (zoneId !== null) use(zones.get(zoneId), id, until);
      }
    }
  }
  for (const [{ table, row, facts }, ids] of users) {
    const params = { date: String(facts['endedOn']), meters: ids.slice(0, NAMED).join(', ') };
    addAt(draft.problems, table, row, 'endedOn', 'meters-still-count', params);
  }
}

/** Checks that what is new does not belong to what has ended; what has ended by then itself may. */
export function checkOwners(draft: Draft): void {
  for (const [sheet, key, owners] of [
    ['buildings', 'institutionId', 'institutions'],
    ['zones', 'institutionId', 'institutions'],
    ['zones', 'buildingId', 'buildings'],
  ] as const) {
    for (const { table, row, facts, changed } of draft.objects[sheet].values()) {
      const owner = facts[key];
      if (typeof owner !== 'string' || !changed.has(key)) continue;
      const date = objectOf(draft, owners, owner)?.['endedOn'];
      const own = facts['endedOn'];
      if (typeof date !== 'string' || (typeof own === 'string' && own <= date)) continue;
      addAt(draft.problems, table, row, key, 'has-ended', { id: owner, date });
    }
  }
}

/** Objects that are there already and get an end, or another one. */
function ending(draft: Draft, sheet: ObjectSheet): Map<string, ObjectDraft> {
  const objects = [...draft.objects[sheet].values()].filter(
    ({ facts, changed, stored }) => stored !== undefined && changed.has('endedOn') && facts['endedOn'] !== null,
  );
  return new Map(objects.map((object) => [object.id, object]));
}

function* all(draft: Draft, sheet: ObjectSheet): Generator<[string, Facts]> {
  for (const id of new Set([...draft.state.objects[sheet].keys(), ...draft.objects[sheet].keys()])) {
    yield [id, objectOf(draft, sheet, id)!];
  }
}

function earlier(a: string | null, b: unknown): string | null {
  if (typeof b !== 'string') return a;
  return a === null || b < a ? b : a;
}
