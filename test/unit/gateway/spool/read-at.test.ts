import { expect, test } from 'vitest';

import { readAt } from '../../../../gateway/spool/read-at.ts';

const BLOCK = 4096;

/** A file of `bytes` bytes 7 whose blocks `bad` cannot be read. */
function fileWithBadBlocks(bytes: number, bad: readonly number[]): Parameters<typeof readAt>[0] {
  const read = async (buffer: Buffer, at: number, length: number, offset: number) => {
    const end = Math.min(bytes, offset + length);
    if (bad.some((block) => block * BLOCK < end && offset < (block + 1) * BLOCK)) {
      throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    }
    buffer.fill(7, at, at + Math.max(0, end - offset));
    return { bytesRead: Math.max(0, end - offset), buffer };
  };
  return { read } as unknown as Parameters<typeof readAt>[0];
}

test('read at: a block that the disk cannot read comes as zeros, those around it as they are', async () => {
  const file = fileWithBadBlocks(5 * BLOCK + 10, [1, 3]);
  const bytes = await readAt(file, 100, 10 * BLOCK);
  const isBad = (offset: number): boolean => [1, 3].includes(Math.floor(offset / BLOCK));
  expect(bytes.length).toBe(5 * BLOCK + 10 - 100);
  expect([...bytes].every((byte, n) => byte === (isBad(n + 100) ? 0 : 7))).toBe(true);
});

test('read at: a block that can be read a moment later is not given up', async () => {
  let failures = 0;
  const read = async (buffer: Buffer, at: number, length: number) => {
    if (failures++ < 3) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    buffer.fill(7, at, at + length);
    return { bytesRead: length, buffer };
  };
  const bytes = await readAt({ read } as unknown as Parameters<typeof readAt>[0], 0, 100);
  expect([...bytes].every((byte) => byte === 7)).toBe(true);
});

test('read at: any other failure is one', async () => {
  const failing = { read: async () => Promise.reject(Object.assign(new Error('no'), { code: 'EBADF' })) };
  await expect(readAt(failing as unknown as Parameters<typeof readAt>[0], 0, 10)).rejects.toThrow('no');
});
