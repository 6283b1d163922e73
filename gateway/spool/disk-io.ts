import { mkdir, open, readdir, rename, statfs, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { readAt } from './read-at.ts';
import type { SpoolFile, SpoolIo } from './spool-io.ts';

/** The spool on a real disk. */
export const diskIo: SpoolIo = {
  makeFolder: async (folder) => {
    await mkdir(folder, { recursive: true });
    // The folder's own entry must survive a power loss, or all below it is gone.
    await syncFolder(dirname(folder));
  },
  list: (folder) => readdir(folder),
  read: async (path) => {
    const handle = await open(path, 'r');
    try {
      return await readAt(handle, 0, (await handle.stat()).size);
    } finally {
      await handle.close();
    }
  },
  create: async (path) => fileOf(await open(path, 'ax')),
  open: async (path) => fileOf(await open(path, 'a')),
  rename: (from, to) => rename(from, to),
  unlink: (path) => unlink(path),
  syncFolder,
  freeBytes: async (folder) => {
    // Not `bfree`: part of it is reserved for the system's own user.
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  },
};

function fileOf(handle: FileHandle): SpoolFile {
  return {
    write: async (bytes) => {
      let written = 0;
      while (written < bytes.length) {
        written += (await handle.write(bytes, written, bytes.length - written)).bytesWritten;
      }
    },
    datasync: () => handle.datasync(),
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
