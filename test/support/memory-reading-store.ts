import { PlatformError } from '../../domain/errors.ts';
import type { ReadingRow } from '../../domain/reading.ts';
import type { SeriesStore } from '../../storage/series/port.ts';

/** The writing half of the series port, in memory: idempotent by (meter, metric, device time), highest position wins. */
export interface MemoryReadingStore extends Pick<SeriesStore, 'writeReadings'> {
  /** What is stored, by `meter/metric/device time`. */
  readonly rows: Map<string, ReadingRow>;
  /** Rows of each write, in order, those that failed included. */
  readonly writes: number[];
  /** Called before each write; throw to let the write fail, wait to hold it. */
  before: (rows: readonly ReadingRow[]) => Promise<void> | void;
}

/** An empty store. */
export function createMemoryReadingStore(): MemoryReadingStore {
  const rows = new Map<string, ReadingRow>();
  const writes: number[] = [];
  const store: MemoryReadingStore = {
    rows,
    writes,
    before: () => undefined,
    writeReadings: async (given) => {
      writes.push(given.length);
      await store.before(given);
      const outcome = { stored: 0, duplicates: 0, conflicts: 0 };
      for (const row of given) {
        const key = `${row.meter}/${row.metric}/${row.observedAtMs}`;
        const old = rows.get(key);
        if (old === undefined) outcome.stored++;
        else if (old.value === row.value) outcome.duplicates++;
        else outcome.conflicts++;
        if (old === undefined || row.position > old.position) rows.set(key, row);
      }
      return outcome;
    },
  };
  return store;
}

/** The error of a store that cannot be reached. */
export function storeDown(): PlatformError {
  return new PlatformError('store-unavailable', 'The store is down', { retryable: true });
}
