/** So many virtual meters may stand above one another. */
const MOST_LEVELS = 5;
/** So many meters with a register may come together in one. */
const MOST_METERS = 200;

/** The ids of the terms of every virtual meter, as they are to be. */
export type VirtualTerms = ReadonlyMap<string, readonly string[]>;

/**
 * Why a virtual meter cannot have the terms it is to have: it would be part of itself, stand in too many levels, or
 * gather too many meters, itself or one that has it as a term. Undefined where it can.
 */
export function problemOfTerms(terms: VirtualTerms, id: string): string | undefined {
  const circle = circleOf(terms, id);
  if (circle !== undefined) {
    const way = circle.length === 1 ? 'itself' : `a circle: ${[...circle, id].join(' → ')}`;
    return `terms: ${id} would be part of ${way}; take it out there`;
  }
  for (const one of [id, ...above(terms, id)]) {
    const levels = levelsOf(terms, one);
    if (levels > MOST_LEVELS) {
      return `terms: ${one} would have ${levels} levels of virtual meters below one another; at most ${MOST_LEVELS}: name the meters themselves`;
    }
    const meters = metersOf(terms, one, new Set()).size;
    if (meters > MOST_METERS) return `terms: ${one} would sum ${meters} meters; at most ${MOST_METERS}`;
  }
  return undefined;
}

/** The way from a virtual meter back to itself, without its end. */
function circleOf(terms: VirtualTerms, id: string): string[] | undefined {
  const seen = new Set<string>();
  const wayFrom = (at: string): string[] | undefined => {
    for (const term of terms.get(at) ?? []) {
      if (term === id) return [at];
      if (seen.has(term)) continue;
      seen.add(term);
      const way = wayFrom(term);
      if (way !== undefined) return [at, ...way];
    }
    return undefined;
  };
  return wayFrom(id);
}

/** The virtual meters that have it as a term, or one of those. */
function above(terms: VirtualTerms, id: string): Set<string> {
  const found = new Set<string>();
  const waiting = [id];
  for (let term = waiting.pop(); term !== undefined; term = waiting.pop()) {
    for (const [parent, ids] of terms) {
      if (found.has(parent) || !ids.includes(term)) continue;
      found.add(parent);
      waiting.push(parent);
    }
  }
  return found;
}

function levelsOf(terms: VirtualTerms, id: string, known = new Map<string, number>()): number {
  const ids = terms.get(id);
  if (ids === undefined) return 0;
  const levels = known.get(id) ?? 1 + Math.max(0, ...ids.map((term) => levelsOf(terms, term, known)));
  known.set(id, levels);
  return levels;
}

function metersOf(terms: VirtualTerms, id: string, seen: Set<string>): Set<string> {
  const meters = new Set<string>();
  for (const term of terms.get(id) ?? []) {
    if (!terms.has(term)) meters.add(term);
    else if (!seen.has(term)) {
      seen.add(term);
      for (const meter of metersOf(terms, term, seen)) meters.add(meter);
    }
  }
  return meters;
}
