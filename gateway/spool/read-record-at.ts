import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { readAt } from './read-at.ts';
import { parseRecord, type SpooledMessage } from './record.ts';
import { segmentBases, segmentName } from './segment.ts';

/** Enough for the length of any record, and for most records whole. */
const FIRST_LOOK_BYTES = 4096;

/** The message whose record begins at exactly `position` of the spool; undefined where none does, or none any more. */
export async function readRecordAt(folder: string, position: number): Promise<SpooledMessage | undefined> {
  const base = segmentBases(await readdir(folder)).findLast((at) => at <= position);
  if (base === undefined) return undefined;
  const handle = await open(join(folder, segmentName(base)), 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    let bytes = await readAt(handle, position - base, FIRST_LOOK_BYTES);
    let parsed = parseRecord(bytes, 0, position);
    if (parsed.kind === 'cut' && bytes.length === FIRST_LOOK_BYTES) {
      // Garbage may promise hundreds of megabytes.
      const { size } = await handle.stat();
      if (position - base + parsed.needBytes > size) return undefined;
      bytes = await readAt(handle, position - base, parsed.needBytes);
      parsed = parseRecord(bytes, 0, position);
    }
    return parsed.kind === 'record' ? parsed.message : undefined;
  } finally {
    await handle.close();
  }
}
