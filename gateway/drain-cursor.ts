import type { SeriesStore } from '../storage/series/port.ts';
import { openCursor, type Cursor } from './spool/cursor.ts';
import type { SpoolIo } from './spool/spool-io.ts';

/** The drain's cursor. */
export interface DrainCursor extends Cursor {
  /** Sets the position back, in the store and in the file: everything from there on is dealt with once more. */
  goBack(to: number): Promise<void>;
  /** Leaves the position in the file whoever keeps it, so that another store can go on from there. */
  close(): Promise<void>;
}

/**
 * Opens the drain's cursor where it is kept: with the readings, in their own transactions, where the store does that,
 * else in `file`. A store that keeps its first one takes up what stands in the file. Where the position is known to
 * nobody, it is `oldest`, where the spool begins: nothing goes from there that was not dealt with.
 */
export async function openDrainCursor(
  store: Pick<SeriesStore, 'storedThrough' | 'writeReadings'>,
  file: string,
  io: SpoolIo,
  oldest = 0,
): Promise<DrainCursor> {
  const through = await store.storedThrough();
  // A store that keeps its position and knows none is new, or was lost: then what the spool no longer has is missing.
  const inFile = await openCursor(file, io, through === undefined ? oldest : 0);
  if (through === undefined) {
    return { ...inFile, goBack: (to) => inFile.advance(to), close: () => Promise.resolve() };
  }
  let position = through === 0 ? inFile.position() : through;
  return {
    position: () => position,
    // On disk already: the write that dealt with what stands before it has brought it there.
    advance: async (next) => void (position = next),
    goBack: async (to) => {
      // A store at 0 takes up what stands in the file.
      await inFile.advance(to);
      await store.writeReadings([], to);
      position = to;
    },
    close: async () => {
      if (position !== inFile.position()) await inFile.advance(position);
    },
  };
}
