import { mkdir, readFile, unlink, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { PlatformError } from '../domain/errors.ts';

/** A data folder that this process alone may write. */
export interface DataFolder {
  path: string;
  /** Path of something inside. */
  inside(name: string): string;
  release(): Promise<void>;
}

interface Holder {
  pid: number;
  /** Tells a process from a later one with the same id. */
  started: string;
  since: string;
}

/** Takes hold of the folder, making it where it is not there. Throws PlatformError `data-folder-held` that says by whom. */
export async function holdDataFolder(folder: string, nowMs: number): Promise<DataFolder> {
  const path = resolve(folder);
  await mkdir(path, { recursive: true });
  const lock = join(path, 'held-by.json');
  const me: Holder = { pid: process.pid, started: startOf(process.pid), since: new Date(nowMs).toISOString() };
  for (;;) {
    try {
      await writeFile(lock, `${JSON.stringify(me)}\n`, { flag: 'wx' });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = await readHolder(lock);
      if (holder !== undefined && isAlive(holder)) {
        throw new PlatformError(
          'data-folder-held',
          `The data folder ${path} is in use by process ${holder.pid} (since ${holder.since}). ` +
            'Stop that process, or set DATA_DIR to another folder.',
        );
      }
      await unlink(lock).catch(() => undefined);
    }
  }
  return {
    path,
    inside: (name) => join(path, name),
    release: () => unlink(lock).catch(() => undefined),
  };
}

async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(lock, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder): boolean {
  if (holder.pid === process.pid) return false;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startOf(holder.pid) === holder.started;
}

// Field 22 of /proc/<pid>/stat; elsewhere every living process with the id counts as the holder.
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}
