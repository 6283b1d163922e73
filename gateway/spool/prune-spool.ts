import { join } from 'node:path';

import { segmentBases, segmentName } from './segment.ts';
import type { SpoolIo } from './spool-io.ts';

/**
 * Removes the segments all of whose records lie before `position`, and tells how many; the newest segment always
 * stays. The removal itself is not made durable: what comes back after a power loss is removed again.
 */
export async function pruneSpool(folder: string, position: number, io: SpoolIo): Promise<number> {
  const bases = segmentBases(await io.list(folder));
  const done = bases.filter((_, index) => (bases[index + 1] ?? Number.POSITIVE_INFINITY) <= position);
  for (const base of done) await io.unlink(join(folder, segmentName(base)));
  return done.length;
}
