import { inParts } from '../domain/in-parts.ts';
import type { SeriesStore, WriteOutcome } from '../storage/series/port.ts';
import type { Deferral } from './deferred/deferral.ts';
import type { Quarantine, QuarantineEntry } from './quarantine/quarantine.ts';
import { quarantineEntry, type Batch } from './sort-out.ts';
import type { SpoolPage } from './spool/read-spool.ts';
import { isRejection, type Tries } from './try-until-done.ts';

/** What {@link storeBatch} works with. */
export interface BatchStores {
  store: Pick<SeriesStore, 'writeReadings'>;
  quarantine: Quarantine;
  tries: Tries;
  deferral: Deferral;
  now(): number;
  /** Told after each confirmed write: its rows, and how long the store took. */
  onStored(write: { rows: number; ms: number }): void;
}

/** What quarantine is given at once: one transaction of it. */
const ENTRIES_AT_ONCE = 1500;

/**
 * Brings the batch of a page to the store and the quarantine, and tells the store that the spool is dealt with before
 * `through`, in this order, so that a crash between any two steps repeats the batch without harm:
 *
 * 1. what is no reading goes to quarantine, or is listed to wait (and leaves the batch's entries);
 * 2. the rows are stored, with `through` in the same transaction.
 *
 * Where the store refuses a row for good, the batch is halved until that row stands alone: the others are stored
 * without `through`, the refused ones go to quarantine (and are added to the batch's entries), then `through` is stored.
 */
export async function storeBatch(
  batch: Batch,
  page: SpoolPage,
  through: number | undefined,
  stores: BatchStores,
): Promise<WriteOutcome> {
  const { store, quarantine, tries, deferral } = stores;
  const outcome: WriteOutcome = { stored: 0, duplicates: 0, conflicts: 0 };
  const { rows } = batch;

  // In parts, none of which takes long: what takes long does not answer. Returns what is in quarantine.
  async function keep(entries: readonly QuarantineEntry[]): Promise<QuarantineEntry[]> {
    const kept: QuarantineEntry[] = [];
    for (const part of inParts(entries, ENTRIES_AT_ONCE)) {
      const positions = part.map(({ position }) => position);
      if (await deferral.attempt(positions, () => quarantine.put(part))) kept.push(...part);
    }
    return kept;
  }

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

  batch.entries = await keep(batch.entries); // 1.
  await deferral.note(page);
  try {
    await write(0, rows.length, through); // 2.
  } catch (error) {
    if (!isRejection(error)) throw error;
    const refused = rows.length > 1 ? await writeHalves(0, rows.length) : [{ index: 0, why: error.message }];
    const late = refused.map(({ index, why }) => quarantineEntry(batch.origins[index]!, 'store-rejected', why));
    batch.entries.push(...(await keep(late)));
    await deferral.note(page);
    await write(0, 0, through);
  }
  return outcome;
}
