import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Writes an upload to a file as it comes. False, and no file, where it has more than `maxBytes`: what is beyond is read
 * and thrown away, for who is still sending does not hear an answer.
 */
export async function saveUpload(content: Readable, file: string, maxBytes: number): Promise<boolean> {
  let bytes = 0;
  const count = new Transform({
    transform(piece: Buffer, _encoding, done) {
      bytes += piece.length;
      if (bytes > maxBytes) done();
      else done(null, piece);
    },
  });
  try {
    await pipeline(content, count, createWriteStream(file, { mode: 0o600 }));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  if (bytes <= maxBytes) return true;
  await rm(file, { force: true });
  return false;
}
