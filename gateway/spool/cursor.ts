import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import { crc32c } from '@node-rs/crc32';

import { isDiskFull } from './is-disk-full.ts';
import type { SpoolFile, SpoolIo } from './spool-io.ts';

/** How far a consumer of the spool has got: everything before it is confirmed. */
export interface Cursor {
  position(): number;
  /**
   * On disk when it resolves: written beside, fsync'ed, renamed, the folder fsync'ed; on a full disk as one line more
   * of the file that is there, which takes no new block.
   */
  advance(position: number): Promise<void>;
}

/** Opens the cursor kept in `file`; one that was never written, or cannot be read, stands at `otherwise`. */
export async function openCursor(file: string, io: SpoolIo, otherwise = 0): Promise<Cursor> {
  let position = (await readPosition(file)) ?? otherwise;

  async function replace(line: Buffer): Promise<void> {
    const beside = `${file}.new`;
    await io.unlink(beside).catch(() => undefined);
    try {
      await writeAndClose(await io.create(beside), line);
    } catch (error) {
      await io.unlink(beside).catch(() => undefined);
      throw error;
    }
    await io.rename(beside, file);
    await io.syncFolder(dirname(file));
  }

  return {
    position: () => position,
    advance: async (next) => {
      const line = Buffer.from(`${JSON.stringify({ position: next, crc32c: checksumOf(next) })}\n`);
      await replace(line).catch(async (error: unknown) => {
        if (!isDiskFull(error)) throw error;
        // What was drained gives the room back, but only behind a cursor that has moved.
        await io.open(file).then((there) => writeAndClose(there, line));
      });
      position = next;
    },
  };
}

async function writeAndClose(file: SpoolFile, line: Buffer): Promise<void> {
  try {
    await file.write(line);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function readPosition(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  // The last whole line counts: a line that was being added may be cut off.
  const lines = text.split('\n').map(positionIn);
  return lines.findLast((position) => position !== undefined);
}

// Where none can be read: from the beginning again. Writes are idempotent, so that costs time, not truth. A digit that
// was damaged must not pass for a later position: what lies in between would never be stored.
function positionIn(line: string): number | undefined {
  try {
    const fields = JSON.parse(line) as Record<string, unknown>;
    const position = fields['position'];
    if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 0) return undefined;
    // The first cursors had no checksum, and nothing else beside the position.
    const isWhole = fields['crc32c'] === checksumOf(position) || Object.keys(fields).length === 1;
    return isWhole ? position : undefined;
  } catch {
    return undefined;
  }
}

function checksumOf(position: number): number {
  return crc32c(String(position));
}
