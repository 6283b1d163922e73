import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { SpoolIo } from './spool-io.ts';

/** How far a consumer of the spool has got: everything before it is confirmed. */
export interface Cursor {
  position(): number;
  /** On disk when it resolves: written beside, fsync'ed, renamed, the folder fsync'ed. */
  advance(position: number): Promise<void>;
}

/** Opens the cursor kept in `file`; one that was never written stands at 0. */
export async function openCursor(file: string, io: SpoolIo): Promise<Cursor> {
  let position = await readPosition(file);
  return {
    position: () => position,
    advance: async (next) => {
      const beside = `${file}.new`;
      await io.unlink(beside).catch(() => undefined);
      const written = await io.create(beside);
      try {
        await written.write(Buffer.from(`${JSON.stringify({ position: next })}\n`));
        await written.datasync();
      } finally {
        await written.close();
      }
      await io.rename(beside, file);
      await io.syncFolder(dirname(file));
      position = next;
    },
  };
}

async function readPosition(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    const { position } = JSON.parse(text) as { position?: unknown };
    return typeof position === 'number' && Number.isSafeInteger(position) && position >= 0 ? position : 0;
  } catch {
    // Unreadable: from the beginning again. Writes are idempotent, so that costs time, not truth.
    return 0;
  }
}
