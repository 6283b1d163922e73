import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readdir } from 'node:fs/promises';

import { segmentBases, segmentName } from './segment.ts';

/** Removes the segments all of whose records lie before `position`; the newest segment always stays. */
export async function pruneSpool(folder: string, position: number): Promise<number> {
  const bases = segmentBases(await readdir(folder));
  const done = bases.filter((_, index) => (bases[index + 1] ?? Number.POSITIVE_INFINITY) <= position);
  for (const base of done) await unlink(join(folder, segmentName(base)));
  return done.length;
}
