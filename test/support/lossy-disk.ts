import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { diskIo } from '../../gateway/spool/disk-io.ts';
import type { SpoolFile, SpoolIo } from '../../gateway/spool/spool-io.ts';

/** Numbers in [0, 1). */
export type Random = () => number;

/** Files by path, as a power loss leaves them. */
export type DiskImage = ReadonlyMap<string, Buffer>;

/** The real disk, and beside it what of it would survive a power loss. */
export interface LossyDisk {
  io: SpoolIo;
  /** Only what an fsync has completed for: bytes by fdatasync, entries by the fsync of their folder. */
  afterPowerLoss(): DiskImage;
  /** The same, with random parts of what was not synced: bytes kept or zeroed, entries there or not. */
  afterUnkindPowerLoss(random: Random): DiskImage;
}

/** A file, apart from its name: what was written to it, and what of that is on the platter. */
interface Inode {
  written: Buffer;
  synced: Buffer;
}

const BLOCK_BYTES = 64;

/** A disk without files. `onStep` is called before and after every operation. */
export function createLossyDisk(onStep: () => void): LossyDisk {
  const entries = new Map<string, Inode>();
  const syncedEntries = new Map<string, Inode>();

  async function step<T>(act: () => Promise<T>): Promise<T> {
    onStep();
    const result = await act();
    onStep();
    return result;
  }

  function fileOf(inode: Inode, file: SpoolFile): SpoolFile {
    return {
      write: (bytes) => {
        inode.written = Buffer.concat([inode.written, bytes]);
        return step(() => file.write(bytes));
      },
      datasync: () =>
        step(async () => {
          const { written } = inode;
          await file.datasync();
          inode.synced = written;
        }),
      truncate: (bytes) => {
        inode.written = inode.written.subarray(0, bytes);
        return step(() => file.truncate(bytes));
      },
      close: () => step(() => file.close()),
    };
  }

  const io: SpoolIo = {
    makeFolder: (folder) => diskIo.makeFolder(folder),
    list: (folder) => diskIo.list(folder),
    read: (path) => diskIo.read(path),
    freeBytes: (folder) => diskIo.freeBytes(folder),
    create: (path) =>
      step(async () => {
        const file = await diskIo.create(path);
        const inode = { written: Buffer.alloc(0), synced: Buffer.alloc(0) };
        entries.set(path, inode);
        return fileOf(inode, file);
      }),
    open: (path) =>
      step(async () => {
        const inode = entries.get(path);
        if (inode === undefined) throw new Error(`BUG: ${path} was not created here`);
        return fileOf(inode, await diskIo.open(path));
      }),
    rename: (from, to) =>
      step(async () => {
        await diskIo.rename(from, to);
        const inode = entries.get(from);
        if (inode === undefined) throw new Error(`BUG: ${from} was not created here`);
        entries.delete(from);
        entries.set(to, inode);
      }),
    unlink: (path) =>
      step(async () => {
        await diskIo.unlink(path);
        entries.delete(path);
      }),
    syncFolder: (folder) =>
      step(async () => {
        const before = [...entries].filter(([path]) => dirname(path) === folder);
        await diskIo.syncFolder(folder);
        for (const path of syncedEntries.keys()) if (dirname(path) === folder) syncedEntries.delete(path);
        for (const [path, inode] of before) syncedEntries.set(path, inode);
      }),
  };

  return {
    io,
    afterPowerLoss: () => new Map([...syncedEntries].map(([path, { synced }]) => [path, synced])),
    afterUnkindPowerLoss: (random) => {
      const image = new Map<string, Buffer>();
      for (const path of new Set([...entries.keys(), ...syncedEntries.keys()])) {
        const inode = (random() < 0.5 ? entries : syncedEntries).get(path);
        if (inode !== undefined) image.set(path, withUnsyncedParts(inode, random));
      }
      return image;
    },
  };
}

/** Writes an image below `folder`, which stands for `root`. */
export async function restoreImage(image: DiskImage, root: string, folder: string): Promise<void> {
  for (const [path, bytes] of image) {
    const target = join(folder, dirname(path).slice(root.length), basename(path));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
  }
}

// The synced bytes stand; behind them blocks of the rest in part, some of them zeros, cut off anywhere.
function withUnsyncedParts({ written, synced }: Inode, random: Random): Buffer {
  if (written.length <= synced.length) return random() < 0.5 ? written : synced;
  const tail = Buffer.from(written.subarray(synced.length));
  for (let block = 0; block < tail.length; block += BLOCK_BYTES) {
    if (random() < 0.3) tail.subarray(block, block + BLOCK_BYTES).fill(0);
  }
  const kept = random() < 0.3 ? tail.length : Math.floor(random() * (tail.length + 1));
  return Buffer.concat([synced, tail.subarray(0, kept)]);
}
