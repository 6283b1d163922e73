/** Base intervals worked on at once: bounds the memory of a rebuild. */
const INTERVALS_AT_ONCE = 80_000;

/** Items in their order, as many at a time as have that many intervals together; at least one. */
export function* groupsOf<T>(items: readonly T[], intervalsOf: (item: T) => number): Generator<T[]> {
  let group: T[] = [];
  let weight = 0;
  for (const item of items) {
    group.push(item);
    weight += intervalsOf(item) + 1;
    if (weight < INTERVALS_AT_ONCE) continue;
    yield group;
    group = [];
    weight = 0;
  }
  if (group.length > 0) yield group;
}
