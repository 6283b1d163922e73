import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';

import { readAt } from '../spool/read-at.ts';
import {
  BLOCK_HEADER_BYTES,
  blockChecksum,
  FILE_MAGIC,
  indexBytesOf,
  parseBlockHeader,
  parseIndex,
  TRAILER_BYTES,
  type BlockEntry,
} from './archive-format.ts';
import { decodeColumns, type ArchivedRecords } from './columns.ts';

/** What a block of the archive gave: records, bytes that were no records in the segment either, or nothing. */
export type ArchivedBlock =
  | { kind: 'records'; records: ArchivedRecords }
  | { kind: 'bytes'; from: number; bytes: Buffer }
  | { kind: 'damaged'; from: number; to: number };

/** A file of the archive, open to be read. */
export interface OpenArchiveFile {
  /** The blocks that can be found, rising by position. */
  blocks: readonly BlockEntry[];
  /** False where the file's frame (first bytes, index) is damaged: blocks may be there that cannot be found. */
  isFrameWhole: boolean;
  /** Reads a block; one whose checksum does not fit is `damaged`, and nothing of it is given. */
  read(block: BlockEntry): Promise<ArchivedBlock>;
  close(): Promise<void>;
}

const decompress = promisify(brotliDecompress);

/** Opens a file of the archive. Where its index is damaged the blocks are found one behind the other. */
export async function openArchiveFile(path: string): Promise<OpenArchiveFile> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const isMagic = (await readAt(handle, 0, FILE_MAGIC.length)).equals(FILE_MAGIC);
    const index = await readIndex(handle, size);
    return {
      blocks: index ?? (await walkBlocks(handle, size)),
      isFrameWhole: isMagic && index !== undefined,
      read: (block) => readBlock(handle, block, size),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readIndex(handle: FileHandle, size: number): Promise<BlockEntry[] | undefined> {
  if (size < TRAILER_BYTES) return undefined;
  const indexBytes = indexBytesOf(await readAt(handle, size - TRAILER_BYTES, TRAILER_BYTES));
  if (indexBytes === undefined || indexBytes + TRAILER_BYTES > size) return undefined;
  return parseIndex(await readAt(handle, size - TRAILER_BYTES - indexBytes, indexBytes + TRAILER_BYTES));
}

async function walkBlocks(handle: FileHandle, size: number): Promise<BlockEntry[]> {
  const blocks: BlockEntry[] = [];
  for (let offset = FILE_MAGIC.length; offset < size;) {
    const header = parseBlockHeader(await readAt(handle, offset, BLOCK_HEADER_BYTES));
    if (header === undefined || offset + BLOCK_HEADER_BYTES + header.storedBytes > size) break;
    blocks.push({ offset, from: header.from, to: header.to });
    offset += BLOCK_HEADER_BYTES + header.storedBytes;
  }
  return blocks;
}

async function readBlock(handle: FileHandle, entry: BlockEntry, size: number): Promise<ArchivedBlock> {
  const damaged = { kind: 'damaged' as const, from: entry.from, to: entry.to };
  const header = parseBlockHeader(await readAt(handle, entry.offset, BLOCK_HEADER_BYTES));
  if (header === undefined || entry.offset + BLOCK_HEADER_BYTES + header.storedBytes > size) return damaged;
  const block = await readAt(handle, entry.offset, BLOCK_HEADER_BYTES + header.storedBytes);
  if (blockChecksum(block) !== header.checksum || header.from !== entry.from || header.to !== entry.to) return damaged;
  const stored = block.subarray(BLOCK_HEADER_BYTES);
  const raw = header.isCompressed
    ? await decompress(stored, { maxOutputLength: Math.max(1, header.rawBytes) }).catch(() => undefined)
    : stored;
  if (raw === undefined || raw.length !== header.rawBytes) return damaged;
  if (header.kind === 'bytes') return { kind: 'bytes', from: header.from, bytes: raw };
  const records = decodeColumns(raw, header.from, header.to);
  return records === undefined ? damaged : { kind: 'records', records };
}
