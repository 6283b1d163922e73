import type { SeriesStore } from '../../storage/series/port.ts';

/** Since when meters have usage: the start of the first hour of each, asked of the store once and remembered. */
export interface FirstUsage {
  /** Those of meters; one that never had usage is left out. Asks the store only for meters that are not known yet. */
  of(meters: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** A meter's usage was made from an instant on; `isAnew`: of all its readings, nothing being stored of it. */
  noteMade(meter: string, fromMs: number, isAnew: boolean): void;
  /** Forgets one meter, or all of them: what is stored may have changed otherwise. */
  forget(meter?: string): void;
}

/** Meters that the store is asked about at once. */
const METERS_AT_ONCE = 5000;

/** Knows nothing at first. */
export function createFirstUsage(store: Pick<SeriesStore, 'firstUsage'>): FirstUsage {
  /** Undefined for a meter that has none. */
  const known = new Map<string, number | undefined>();
  return {
    of: async (meters) => {
      const asked = meters.filter((meter) => !known.has(meter));
      for (let at = 0; at < asked.length; at += METERS_AT_ONCE) {
        const part = asked.slice(at, at + METERS_AT_ONCE);
        const firsts = await store.firstUsage(part);
        for (const meter of part) known.set(meter, firsts.get(meter));
      }
      const found = new Map<string, number>();
      for (const meter of meters) {
        const firstMs = known.get(meter);
        if (firstMs !== undefined) found.set(meter, firstMs);
      }
      return found;
    },
    noteMade: (meter, fromMs, isAnew) => {
      if (isAnew || fromMs < (known.get(meter) ?? Number.POSITIVE_INFINITY)) known.delete(meter);
    },
    forget: (meter) => {
      if (meter === undefined) known.clear();
      else known.delete(meter);
    },
  };
}
