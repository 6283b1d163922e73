import type { SeriesStore, WriteOutcome } from '../storage/series/port.ts';
import type { Quarantine } from './quarantine/quarantine.ts';
import { quarantineEntry, type Batch } from './sort-out.ts';
import { isRejection, type Tries } from './try-until-done.ts';

/** What {@link storeBatch} works with. */
export interface BatchStores {
  store: Pick<SeriesStore, 'writeReadings'>;
  quarantine: Quarantine;
  tries: Tries;
  now(): number;
  /** Told after each confirmed write: its rows, and how long the store took. */
  onStored(write: { rows: number; ms: number }): void;
}

/**
 * Brings a batch to the store and the quarantine, and tells the store that the spool is dealt with before `through`,
 * in this order, so that a crash between any two steps repeats the batch without harm:
 *
 * 1. what is no reading goes to quarantine;
 * 2. the rows are stored, with `through` in the same transaction.
 *
 * Where the store refuses a row for good, the batch is halved until that row stands alone: the others are stored
 * without `through`, the refused ones go to quarantine (and are added to the batch's entries), then `through` is stored.
 */
export async function storeBatch(batch: Batch, through: number, stores: BatchStores): Promise<WriteOutcome> {
  const { store, quarantine, tries } = stores;
  const outcome: WriteOutcome = { stored: 0, duplicates: 0, conflicts: 0 };
  const { rows, entries } = batch;

  async function write(from: number, to: number, mark?: number): Promise<void> {
    const written = await tries.untilDone(async () => {
      const startMs = stores.now();
      const result = await store.writeReadings(rows.slice(from, to), mark);
      stores.onStored({ rows: to - from, ms: Math.max(0, stores.now() - startMs) });
      return result;
    });
    outcome.stored += written.stored;
    outcome.duplicates += written.duplicates;
    outcome.conflicts += written.conflicts;
  }

  // Returns the rows that were refused, by their index.
  async function writeHalves(from: number, to: number): Promise<{ index: number; why: string }[]> {
    const middle = (from + to) >>> 1;
    const refused: { index: number; why: string }[] = [];
    for (const [start, end] of [
      [from, middle],
      [middle, to],
    ] as const) {
      try {
        await write(start, end);
      } catch (error) {
        if (!isRejection(error)) throw error;
        if (end - start === 1) refused.push({ index: start, why: error.message });
        else refused.push(...(await writeHalves(start, end)));
      }
    }
    return refused;
  }

  if (entries.length > 0) await tries.untilDone(() => quarantine.put(entries)); // 1.
  try {
    await write(0, rows.length, through); // 2.
  } catch (error) {
    if (!isRejection(error)) throw error;
    const refused = rows.length > 1 ? await writeHalves(0, rows.length) : [{ index: 0, why: error.message }];
    const late = refused.map(({ index, why }) => quarantineEntry(batch.origins[index]!, 'store-rejected', why));
    await tries.untilDone(() => quarantine.put(late));
    entries.push(...late);
    await write(0, 0, through);
  }
  return outcome;
}
