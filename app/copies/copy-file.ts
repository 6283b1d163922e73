import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { crc32c } from '@node-rs/crc32';

import { messageOf } from '../../domain/errors.ts';
import { diskIo } from '../../gateway/spool/disk-io.ts';

/** A row of a copy, under the name of the table that it belongs to. */
export type CopyRow = readonly [table: string, row: unknown];

/** What a copy holds, or why there is none that can be used; `missing`: there is no file. */
export type Copy =
  | { ok: true; savedAtMs: number; rows: [table: string, row: unknown][] }
  | { ok: false; missing: boolean; problem: string };

const FORMAT = 'jieneng-copy';
/** Rises where what stands in the rows changes so that an older release, or a newer one, would misread it. */
const VERSION = 1;
/** Rows made into text without a pause: others on the thread wait for some milliseconds. */
const ROWS_AT_ONCE = 500;

/**
 * Writes a copy as a whole or not at all: beside, fsync'ed, renamed, the folder fsync'ed. Nobody but its owner can read
 * it, for it may hold the hashes of tokens. Lines of JSON, the last one with their number and checksum
 * (docs/formats/gateway-copy.md).
 */
export async function writeCopy(path: string, rows: Iterable<CopyRow>, nowMs: number): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, 'w', 0o600);
  try {
    // One left behind may have had another mode.
    await file.chmod(0o600);
    await writeLines(file, rows, nowMs);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  await diskIo.syncFolder(dirname(path));
}

/** Reads a copy. What is damaged, cut off or of another version is none. */
export async function readCopy(path: string): Promise<Copy> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { ok: false, missing, problem: missing ? `There is no ${path}` : messageOf(error) };
  }
  try {
    return parse(bytes);
  } catch (error) {
    return { ok: false, missing: false, problem: `${path} cannot be used: ${messageOf(error)}` };
  }
}

async function writeLines(file: FileHandle, rows: Iterable<CopyRow>, nowMs: number): Promise<void> {
  let checksum = 0;
  let lines = 0;
  let text = `${JSON.stringify({ format: FORMAT, version: VERSION, savedAtMs: nowMs })}\n`;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.from(text);
    text = '';
    checksum = crc32c(bytes, checksum);
    await file.writeFile(bytes);
  };
  for (const row of rows) {
    text += `${JSON.stringify(row)}\n`;
    if (++lines % ROWS_AT_ONCE !== 0) continue;
    await flush();
    await setImmediate();
  }
  await flush();
  await file.writeFile(`${JSON.stringify({ lines, crc32c: checksum })}\n`);
}

function parse(bytes: Buffer): Copy {
  const end = bytes.lastIndexOf('\n', -2) + 1;
  const trailer = JSON.parse(bytes.toString('utf8', end)) as { lines?: unknown; crc32c?: unknown };
  const body = bytes.subarray(0, end);
  if (trailer.crc32c !== crc32c(body)) throw new Error('its checksum is another');
  const [first, ...lines] = body.toString('utf8').split('\n').slice(0, -1);
  const header = JSON.parse(first!) as { format?: unknown; version?: unknown; savedAtMs: number };
  if (header.format !== FORMAT || header.version !== VERSION) throw new Error('it is of another version');
  return { ok: true, savedAtMs: header.savedAtMs, rows: lines.map((line) => JSON.parse(line) as [string, unknown]) };
}
