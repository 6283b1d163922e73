import type { DayChange } from './port.ts';

/** A change in the ledger, with its number among those of its meter and day, from 0. */
export interface NumberedChange {
  change: DayChange;
  number: number;
}

/**
 * What of `changes` is new to the ledger, numbered on from what stands there: one that says the same before and after
 * as the newest of its meter and day is none.
 */
export function newDayChanges(changes: readonly DayChange[], standing: Iterable<NumberedChange>): NumberedChange[] {
  const newest = new Map<string, NumberedChange>();
  const keyOf = ({ meter, dayMs }: DayChange): string => `${meter}|${dayMs}`;
  for (const one of standing) {
    const key = keyOf(one.change);
    if (one.number >= (newest.get(key)?.number ?? 0)) newest.set(key, one);
  }
  const fresh: NumberedChange[] = [];
  for (const change of changes) {
    const key = keyOf(change);
    const known = newest.get(key);
    if (known !== undefined && saysTheSame(known.change, change)) continue;
    const entry = { change, number: (known?.number ?? -1) + 1 };
    newest.set(key, entry);
    fresh.push(entry);
  }
  return fresh;
}

function saysTheSame(a: DayChange, b: DayChange): boolean {
  return (
    a.microBefore === b.microBefore &&
    a.qualityBefore === b.qualityBefore &&
    a.microAfter === b.microAfter &&
    a.qualityAfter === b.qualityAfter
  );
}
