import { join } from 'node:path';

import { endsWithRecord, SEGMENT_HEADER_BYTES, segmentBases, segmentName, validEnd } from './segment.ts';
import { setAsideName } from './set-aside.ts';
import type { SpoolIo } from './spool-io.ts';

/**
 * Sets what follows the last whole record of the newest segment aside, cuts it off, and puts the rest on disk. Tells
 * where the log goes on (0 in an empty folder) and how many bytes were cut off.
 */
export async function settleLastSegment(folder: string, io: SpoolIo): Promise<{ end: number; tornBytes: number }> {
  const base = segmentBases(await io.list(folder)).at(-1);
  if (base === undefined) return { end: 0, tornBytes: 0 };
  const path = join(folder, segmentName(base));
  const bytes = await io.read(path);
  const whole = validEnd(bytes, base);
  // A last record that is complete and wrong was damaged since: it stays, for the reader to tell.
  const end = endsWithRecord(bytes, whole) ? bytes.length : whole;
  const torn = bytes.subarray(end);
  const file = await io.open(path);
  if (torn.length > 0) {
    await keepAside(join(folder, setAsideName('torn', base + end, base + bytes.length)), torn, io);
    await file.truncate(end);
  }
  // What a reader may have seen must not vanish behind a later segment.
  await file.datasync();
  await file.close();
  return { end: Math.max(base + end, base + SEGMENT_HEADER_BYTES), tornBytes: torn.length };
}

// For whoever wants to look; a full disk is no reason not to start.
async function keepAside(path: string, torn: Uint8Array, io: SpoolIo): Promise<void> {
  const file = await io.create(path).catch(() => undefined);
  await file?.write(torn).catch(() => undefined);
  await file?.datasync().catch(() => undefined);
  await file?.close().catch(() => undefined);
}
