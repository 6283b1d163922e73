import { PlatformError } from '../../domain/errors.ts';
import type { ReadingRow } from '../../domain/reading.ts';
import type { SeriesStore } from '../../storage/series/port.ts';

/** The writing half of the series port, in memory: idempotent by (meter, metric, device time), highest position wins. */
export interface MemoryReadingStore extends Pick<SeriesStore, 'writeReadings' | 'storedThrough'> {
  /** What is stored, by `meter/metric/device time`. */
  readonly rows: Map<string, ReadingRow>;
  /** Rows of each write, in order, those that failed included. */
  readonly writes: number[];
  /** Called before each write; throw to let the write fail, wait to hold it. */
  before: (rows: readonly ReadingRow[], through: number | undefined) => Promise<void> | void;
  /** Called when a write has been kept, before it is confirmed; throw to lose the confirmation. */
  after: () => Promise<void> | void;
}

/** An empty store, which keeps the drain's position with its rows unless told otherwise. */
export function createMemoryReadingStore(options: { keepsPosition?: boolean } = {}): MemoryReadingStore {
  const keepsPosition = options.keepsPosition ?? true;
  let position = 0;
  const rows = new Map<string, ReadingRow>();
  const writes: number[] = [];
  const store: MemoryReadingStore = {
    rows,
    writes,
    before: () => undefined,
    after: () => undefined,
    storedThrough: async () => (keepsPosition ? position : undefined),
    writeReadings: async (given, through) => {
      writes.push(given.length);
      await store.before(given, through);
      const outcome = { stored: 0, duplicates: 0, conflicts: 0 };
      for (const row of given) {
        const key = `${row.meter}/${row.metric}/${row.observedAtMs}`;
        const old = rows.get(key);
        if (old === undefined) outcome.stored++;
        else if (old.value === row.value) outcome.duplicates++;
        else outcome.conflicts++;
        if (old === undefined || row.position > old.position) rows.set(key, row);
      }
      position = through ?? position;
      await store.after();
      return outcome;
    },
  };
  return store;
}

/** The error of a store that cannot be reached. */
export function storeDown(): PlatformError {
  return new PlatformError('store-unavailable', 'The store is down', { retryable: true });
}
