import type { SeriesStore } from '../storage/series/port.ts';
import { openCursor, type Cursor } from './spool/cursor.ts';
import type { SpoolIo } from './spool/spool-io.ts';

/**
 * Opens the drain's cursor where it is kept: with the readings, in their own transactions, where the store does that,
 * else in `file`. A store that keeps its first one takes up what stands in the file.
 */
export async function openDrainCursor(
  store: Pick<SeriesStore, 'storedThrough'>,
  file: string,
  io: SpoolIo,
): Promise<Cursor> {
  const inFile = await openCursor(file, io);
  const through = await store.storedThrough();
  if (through === undefined) return inFile;
  let position = through === 0 ? inFile.position() : through;
  return {
    position: () => position,
    // On disk already: the write that dealt with what stands before it has brought it there.
    advance: async (next) => void (position = next),
  };
}
