import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { readAt } from './read-at.ts';
import { segmentBases, segmentName } from './segment.ts';
import type { SpoolIo } from './spool-io.ts';

/**
 * A stretch of the log that could not be used: `torn` was cut off at a start, `damaged` is no record, `missing` has no
 * bytes at all.
 */
export interface SetAside {
  kind: 'torn' | 'damaged' | 'missing';
  position: number;
  bytes: number;
}

const NAME = /^(\d+)-(\d+)\.(torn|damaged|missing)$/;
/** Of one stretch at most so much is copied; its file's name tells the whole extent. */
const MAX_KEPT_BYTES = 1024 * 1024;
/** A disk that loses everything must not be filled with notes of it. */
const MAX_FILES = 1000;

/** The file that remembers the stretch [from, to): `<from>-<to>.<kind>`, positions in decimal. */
export function setAsideName(kind: SetAside['kind'], from: number, to: number): string {
  return `${from}-${to}.${kind}`;
}

/** What was set aside and still lies among the files of a spool's folder, rising; it outlives segments and restarts. */
export function setAsideAmong(names: readonly string[]): SetAside[] {
  return names
    .map((name) => NAME.exec(name))
    .filter((match) => match !== null)
    .map(([, from, to, kind]) => ({
      kind: kind as SetAside['kind'],
      position: Number(from),
      bytes: Number(to) - Number(from),
    }))
    .sort((a, b) => a.position - b.position);
}

/**
 * Remembers stretches that a reader could not use, with a copy of their bytes where there are any; one that is
 * remembered already stays as it is. Never fails: a disk without room for the copy must not stop the reading.
 */
export async function setAside(folder: string, found: readonly SetAside[], io: SpoolIo): Promise<void> {
  if (found.length === 0) return;
  try {
    const names = await io.list(folder);
    const known = new Set(names);
    let room = MAX_FILES - setAsideAmong(names).length;
    for (const stretch of found) {
      const name = setAsideName(stretch.kind, stretch.position, stretch.position + stretch.bytes);
      if (known.has(name) || room-- <= 0) continue;
      const bytes = stretch.kind === 'missing' ? Buffer.alloc(0) : await bytesOf(folder, names, stretch);
      await keep(join(folder, name), bytes, io);
    }
    await io.syncFolder(folder);
  } catch {
    // Told all the same: whoever reads gets the damage with the page.
  }
}

async function bytesOf(folder: string, names: readonly string[], { position, bytes }: SetAside): Promise<Buffer> {
  const base = segmentBases(names).findLast((at) => at <= position);
  if (base === undefined) return Buffer.alloc(0);
  const handle = await open(join(folder, segmentName(base)), 'r');
  try {
    return await readAt(handle, position - base, Math.min(bytes, MAX_KEPT_BYTES));
  } finally {
    await handle.close();
  }
}

// The name alone tells where and how much: it stays where there is no room for the bytes.
async function keep(path: string, bytes: Buffer, io: SpoolIo): Promise<void> {
  const file = await io.create(path);
  try {
    await file.write(bytes);
    await file.datasync();
  } catch {
    await file.truncate(0).catch(() => undefined);
  } finally {
    await file.close();
  }
}
