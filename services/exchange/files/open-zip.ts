import yauzl, { type Entry, type ZipFile } from 'yauzl';

import { messageOf } from '../../../domain/errors.ts';
import type { ImportLimits } from './import-limits.ts';
import { UnreadableFile } from './unreadable-file.ts';

/** An archive whose directory was read and found to be within the limits. */
export interface OpenZip {
  /** Names of its files, in the directory's order. */
  names: string[];
  /**
   * A file's bytes, unpacked piece by piece: never more than the directory says, and of all files read never more than
   * the limit.
   */
  read(name: string): AsyncIterable<Buffer>;
  close(): void;
}

const ARCHIVES = /\.(?:zip|xlsx|xlsm|7z|rar|gz|tar)$/i;
const PLAIN_METHODS: ReadonlySet<number> = new Set([0, 8]);

/**
 * Opens an archive. Before anything is unpacked its directory is held against the limits: number of files, sum of the
 * sizes they claim; files that are encrypted, packed in a way of their own, archives themselves or named twice are refused.
 * Throws UnreadableFile.
 */
export async function openZip(file: string, limits: ImportLimits): Promise<OpenZip> {
  const zip = await yauzl.openPromise(file, { lazyEntries: true, autoClose: false }).catch(broken);
  try {
    const entries = await readDirectory(zip, limits);
    let left = limits.bytes;
    async function* read(name: string): AsyncGenerator<Buffer> {
      const entry = entries.get(name);
      if (entry === undefined) throw new UnreadableFile('broken-file', { detail: name });
      // Its own check: no more bytes, and no fewer, than the directory claims.
      const stream = await zip.openReadStreamPromise(entry).catch(broken);
      try {
        for await (const piece of stream as AsyncIterable<Buffer>) {
          left -= piece.length;
          if (left < 0) throw tooLarge(limits);
          yield piece;
        }
      } catch (error) {
        if (error instanceof UnreadableFile) throw error;
        throw broken(error);
      }
    }
    return { names: [...entries.keys()], read, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

async function readDirectory(zip: ZipFile, limits: ImportLimits): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  if (zip.entryCount > limits.parts) throw new UnreadableFile('too-many-parts', { limit: limits.parts });
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      bytes += entry.uncompressedSize;
      const problem = bytes > limits.bytes ? tooLarge(limits) : problemOf(entry, entries);
      if (problem !== undefined) {
        reject(problem);
        return;
      }
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
      zip.readEntry();
    });
    zip.readEntry();
  }).catch((error: unknown) => {
    throw error instanceof UnreadableFile ? error : broken(error);
  });
  return entries;
}

function problemOf(entry: Entry, others: ReadonlyMap<string, Entry>): UnreadableFile | undefined {
  if (entry.isEncrypted()) return new UnreadableFile('old-excel');
  if (!PLAIN_METHODS.has(entry.compressionMethod)) return new UnreadableFile('broken-file', { detail: entry.fileName });
  // A chart's data may be a workbook within the workbook; nobody reads it.
  if (ARCHIVES.test(entry.fileName) && !entry.fileName.startsWith('xl/')) {
    return new UnreadableFile('nested-archive', { name: entry.fileName });
  }
  return others.has(entry.fileName) ? new UnreadableFile('broken-file', { detail: entry.fileName }) : undefined;
}

function tooLarge(limits: ImportLimits): UnreadableFile {
  return new UnreadableFile('unpacked-too-large', { limitMb: Math.floor(limits.bytes / 1024 / 1024) });
}

function broken(error: unknown): never {
  throw new UnreadableFile('broken-file', { detail: messageOf(error) });
}
