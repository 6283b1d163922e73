import { join } from 'node:path';

import { segmentHeader, segmentName } from './segment.ts';
import type { SpoolFile, SpoolIo } from './spool-io.ts';

/**
 * Creates the segment that begins at `base`: when it resolves, header and folder entry are on disk. Without the
 * entry a power loss would take the whole file, and with it records that were acknowledged.
 */
export async function createSegment(folder: string, io: SpoolIo, base: number): Promise<SpoolFile> {
  const path = join(folder, segmentName(base));
  const file = await io.create(path).catch(async (error: NodeJS.ErrnoException) => {
    // Left behind by a creation that did not get to its first commit.
    if (error.code !== 'EEXIST') throw error;
    await io.unlink(path);
    return io.create(path);
  });
  try {
    await file.write(segmentHeader(base));
    await file.datasync();
    await io.syncFolder(folder);
    return file;
  } catch (error) {
    // A disk that stays full is tried again and again: no attempt may keep a handle.
    await file.close().catch(() => undefined);
    throw error;
  }
}
