import { execFile } from 'node:child_process';
import { mkdtemp, rm, rmdir, statfs, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real file system of its own that can be full. */
export interface SmallDisk {
  folder: string;
  freeBytes(): Promise<number>;
  /** Leaves so many bytes, or what others took of them meanwhile, and fills the rest. */
  fill(leaveBytes: number): Promise<void>;
  /** Takes away what fill() put there. */
  clear(): Promise<void>;
  unmount(): Promise<void>;
}

/** Mounts a tmpfs of so many MiB; needs root, or sudo without a password. */
export async function mountSmallDisk(sizeMib: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'small-disk-'));
  await asRoot('mount', '-t', 'tmpfs', '-o', `size=${sizeMib}m,mode=1777`, 'tmpfs', folder);
  const ballast = join(folder, 'ballast');
  const freeBytes = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };
  const clear = async (): Promise<void> => {
    await unlink(ballast).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  };
  return {
    folder,
    freeBytes,
    fill: async (leaveBytes) => {
      await clear();
      const bytes = Buffer.alloc(Math.max(0, (await freeBytes()) - leaveBytes));
      await writeFile(ballast, bytes).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
    },
    clear,
    unmount: async () => {
      await rm(ballast, { force: true });
      await asRoot('umount', folder);
      await rmdir(folder);
    },
  };
}

async function asRoot(command: string, ...args: string[]): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  await run(isRoot ? command : 'sudo', isRoot ? args : ['-n', command, ...args]);
}
