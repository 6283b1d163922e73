import type { FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

type Readable = Pick<FileHandle, 'read'>;

/** What a disk reads at once: one bad block costs no more than this. */
const BLOCK_BYTES = 4096;
const BLOCK_ATTEMPTS = 5;
const BLOCK_PAUSE_MS = 200;

/**
 * Up to `bytes` bytes of a file from `offset` on; fewer only where the file ends. Blocks that the disk cannot read
 * (EIO) come as zeros, which are no record: a bad sector must not end the reading.
 */
export async function readAt(handle: Readable, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(Math.max(0, bytes));
  let filled = 0;
  while (filled < buffer.length) {
    const bytesRead = await readSome(handle, buffer.subarray(filled), offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

async function readSome(handle: Readable, into: Buffer, offset: number): Promise<number> {
  try {
    return (await handle.read(into, 0, into.length, offset)).bytesRead;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
    const block = into.subarray(0, BLOCK_BYTES - (offset % BLOCK_BYTES));
    return readBlock(handle, block, offset);
  }
}

// A disk behind a network may fail for a moment: bytes are given up only when they fail again and again.
async function readBlock(handle: Readable, block: Buffer, offset: number): Promise<number> {
  for (let attempt = 1; attempt <= BLOCK_ATTEMPTS; attempt++) {
    try {
      return (await handle.read(block, 0, block.length, offset)).bytesRead;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EIO') throw error;
      await setTimeout(BLOCK_PAUSE_MS);
    }
  }
  return block.fill(0).length;
}
