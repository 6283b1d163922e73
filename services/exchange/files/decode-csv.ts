import { isUtf8 } from 'node:buffer';

import { UnreadableFile } from './unreadable-file.ts';

const PIECE = 1 << 20;

/**
 * The text of a CSV file, in pieces: UTF-8 with or without BOM, UTF-16 with one, else GB18030. Throws UnreadableFile
 * where it is none of them.
 */
export function* decodeCsv(bytes: Buffer): Generator<string> {
  const decoder = new TextDecoder(encodingOf(bytes), { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += PIECE) {
      yield decoder.decode(bytes.subarray(at, at + PIECE), { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TypeError) throw new UnreadableFile('bad-encoding');
    throw error;
  }
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return isUtf8(bytes) ? 'utf-8' : 'gb18030';
}
