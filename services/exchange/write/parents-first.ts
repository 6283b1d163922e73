import type { ObjectDraft } from '../plan/draft.ts';

/** Meters in an order in which each comes behind the one that it is part of. */
export function parentsFirst(meters: readonly ObjectDraft[]): ObjectDraft[] {
  const byId = new Map(meters.map((meter) => [meter.id, meter]));
  const ordered: ObjectDraft[] = [];
  for (const meter of meters) {
    const above: ObjectDraft[] = [];
    // What was taken out is in its place already. Circles were refused before.
    for (let at: ObjectDraft | undefined = meter; at !== undefined && byId.delete(at.id);) {
      above.push(at);
      at = byId.get(String(at.facts['parentId']));
    }
    ordered.push(...above.reverse());
  }
  return ordered;
}
