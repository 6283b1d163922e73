import type { Medium } from '../../../domain/quantity.ts';
import { periodOn } from '../../registry/dated-periods.ts';
import { mediumWords } from '../sheets/choices.ts';
import { addAt } from '../tables/table.ts';
import { type Draft, type ObjectDraft, objectOf, sharesOf } from './draft.ts';
import { referredTo } from './references.ts';

/** Meters of a circle that a message names. */
const NAMED = 8;

/** Checks whom meters stand below: same medium and direction, an institution in common, no circle. */
export function checkParents(draft: Draft): void {
  const circles = circlesOf(draft);
  for (const object of draft.objects.meters.values()) {
    const { table, row, id, facts, changed } = object;
    const { parentId } = facts;
    if (typeof parentId !== 'string') continue;
    if (!changed.has('parentId') && !changed.has('direction')) continue;
    const circle = circles.get(id);
    if (parentId === id) addAt(draft.problems, table, row, 'parentId', 'parent-itself');
    else if (circle !== undefined) addAt(draft.problems, table, row, 'parentId', 'parent-circle', { path: circle });
    else checkParent(draft, object, parentId);
  }
  checkChildren(draft);
}

function checkParent(draft: Draft, object: ObjectDraft, parentId: string): void {
  const { table, row, id, facts } = object;
  const parent = referredTo(draft, object, { key: 'parentId', sheet: 'meters', id: parentId });
  // A temperature point has no parent; that is told already.
  if (parent === undefined || facts['medium'] === 'temperature') return;
  const medium = parent['medium'];
  if (medium === null || facts['medium'] === null) return;
  if (medium !== facts['medium']) {
    const { zh, en } = mediumWords(medium as Medium);
    const params = { id: parentId, mediumZh: zh, mediumEn: en };
    addAt(draft.problems, table, row, 'parentId', 'parent-medium', params);
  } else if (parent['direction'] !== facts['direction']) {
    addAt(draft.problems, table, row, 'parentId', 'parent-direction', { id: parentId });
  } else if (!haveInstitutionInCommon(draft, id, parentId)) {
    addAt(draft.problems, table, row, 'parentId', 'parent-of-other', { id: parentId });
  }
}

/** What a meter's change does to those below it that do not stand in the file. */
function checkChildren(draft: Draft): void {
  const turned = [...draft.objects.meters.values()].filter(
    ({ stored, changed }) => stored !== undefined && changed.has('direction'),
  );
  if (turned.length === 0) return;
  const byId = new Map(turned.map((object) => [object.id, object]));
  for (const child of draft.state.objects.meters.keys()) {
    const { parentId, direction } = objectOf(draft, 'meters', child) ?? {};
    const parent = typeof parentId === 'string' ? byId.get(parentId) : undefined;
    if (parent === undefined || parent.facts['direction'] === direction) continue;
    addAt(draft.problems, parent.table, parent.row, 'direction', 'child-differs', { id: child });
  }
}

function haveInstitutionInCommon(draft: Draft, a: string, b: string): boolean {
  const ofA = periodOn(sharesOf(draft, a), draft.today)?.value ?? [];
  const ofB = periodOn(sharesOf(draft, b), draft.today)?.value ?? [];
  // Without shares there is another problem, which is told.
  if (ofA.length === 0 || ofB.length === 0) return true;
  const own = new Set(ofA.map(({ institutionId }) => institutionId));
  return ofB.some(({ institutionId }) => own.has(institutionId));
}

/** The meters that stand above themselves, each with its circle in words. */
function circlesOf(draft: Draft): Map<string, string> {
  const circles = new Map<string, string>();
  const done = new Set<string>();
  for (const start of draft.objects.meters.keys()) {
    const path: string[] = [];
    const places = new Map<string, number>();
    for (let at: string | undefined = start; at !== undefined && !done.has(at);) {
      const place = places.get(at);
      if (place !== undefined) {
        const ring = path.slice(place);
        const shown = [...ring.slice(0, NAMED), ring.length > NAMED ? '…' : ring[0]!].join(' → ');
        if (ring.length > 1) for (const id of ring) circles.set(id, shown);
        break;
      }
      places.set(at, path.length);
      path.push(at);
      const parent: unknown = objectOf(draft, 'meters', at)?.['parentId'];
      at = typeof parent === 'string' ? parent : undefined;
    }
    for (const id of path) done.add(id);
  }
  return circles;
}
