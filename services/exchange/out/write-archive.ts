import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';

import { Zip, ZipDeflate } from 'fflate';

/** A file of an archive: its name and its text, piece by piece. */
export interface ArchivedText {
  name: string;
  text: Iterable<string>;
}

/** Bytes of text that go into the archive at once. */
const PIECE = 256 * 1024;

/** Writes texts as an archive (zip, UTF-8 names) to a file, piece by piece. */
export async function writeArchive(file: string, entries: readonly ArchivedText[]): Promise<void> {
  const out = createWriteStream(file);
  const done = finished(out);
  let isFull = false;
  const zip = new Zip((error, bytes, isLast) => {
    if (error !== null) out.destroy(error);
    else isFull = !out.write(bytes);
    if (isLast) out.end();
  });
  for (const { name, text } of entries) {
    const entry = new ZipDeflate(name, { level: 6 });
    zip.add(entry);
    let waiting = '';
    for (const piece of text) {
      waiting += piece;
      if (waiting.length < PIECE) continue;
      entry.push(Buffer.from(waiting));
      waiting = '';
      if (isFull) await Promise.race([once(out, 'drain'), done]);
    }
    entry.push(Buffer.from(waiting), true);
  }
  zip.end();
  await done;
}
