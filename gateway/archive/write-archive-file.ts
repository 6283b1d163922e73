import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';

import type { SpoolFile, SpoolIo } from '../spool/spool-io.ts';
import {
  archiveName,
  encodeBlock,
  encodeIndex,
  FILE_MAGIC,
  type ArchiveFile,
  type BlockEntry,
  type BlockKind,
} from './archive-format.ts';
import { encodeColumns } from './columns.ts';
import { segmentPieces, type SegmentPiece } from './segment-pieces.ts';

/** What {@link writeArchiveFile} puts away. */
export interface SegmentToArchive {
  /** Of the archive. */
  folder: string;
  io: SpoolIo;
  /** The bytes of the segment, as far as it reaches. */
  segment: Buffer;
  /** The position at which it begins. */
  from: number;
  /** Receipt time that stands for a segment without one message to tell it. */
  nowMs: number;
  /** Asked between blocks: true ends the writing. */
  isCancelled(): boolean;
}

/** What is left of a writing that did not come to its end. */
export const UNFINISHED_SUFFIX = '.unfinished';
/** Bytes of the segment in a block: one is unpacked to read one message. */
const BLOCK_BYTES = 512 * 1024;
/** Beyond the years that a Date can tell, a receipt time tells nothing about age. */
const MAX_TIME_MS = 8.64e15;
const compress = promisify(brotliCompress);

/**
 * Writes a segment into a file of the archive: beside, fdatasync'ed, renamed, the folder fsync'ed; when it resolves
 * the segment may go. Undefined: there was nothing in it to keep, or it was cancelled. A failure leaves no file.
 */
export async function writeArchiveFile(task: SegmentToArchive): Promise<(ArchiveFile & { bytes: number }) | undefined> {
  const { folder, io, from, segment } = task;
  const beside = join(folder, `${from}${UNFINISHED_SUFFIX}`);
  await io.unlink(beside).catch(() => undefined);
  const file = await io.create(beside);
  let written: Written | undefined;
  try {
    try {
      written = await writeBlocks(task, file);
      if (written !== undefined) await file.datasync();
    } finally {
      await file.close();
    }
    if (written === undefined) {
      await io.unlink(beside);
      return undefined;
    }
    const kept = { from, to: from + segment.length, oldestMs: written.oldestMs, newestMs: written.newestMs };
    const name = archiveName(kept);
    await io.rename(beside, join(folder, name));
    await io.syncFolder(folder);
    return { name, ...kept, bytes: written.bytes };
  } catch (error) {
    // On a full disk half a file is the last thing to keep.
    await io.unlink(beside).catch(() => undefined);
    throw error;
  }
}

interface Written {
  bytes: number;
  oldestMs: number;
  newestMs: number;
}

async function writeBlocks(task: SegmentToArchive, file: SpoolFile): Promise<Written | undefined> {
  const { segment, from } = task;
  const entries: BlockEntry[] = [];
  let oldestMs = Number.POSITIVE_INFINITY;
  let newestMs = Number.NEGATIVE_INFINITY;
  let bytes = 0;
  const write = async (part: Buffer): Promise<void> => {
    await file.write(part);
    bytes += part.length;
  };

  for (const piece of segmentPieces(segment, from, BLOCK_BYTES)) {
    if (task.isCancelled()) return undefined;
    if (entries.length === 0) await write(FILE_MAGIC);
    const block = await blockOf(segment, piece, from);
    entries.push({ offset: bytes, from: from + piece.from, to: from + piece.to });
    await write(block);
    for (const ms of receiptsOf(segment, piece)) {
      oldestMs = Math.min(oldestMs, ms);
      newestMs = Math.max(newestMs, ms);
    }
  }
  if (entries.length === 0) return undefined;
  await write(encodeIndex(entries));
  if (newestMs < oldestMs) return { bytes, oldestMs: task.nowMs, newestMs: task.nowMs };
  return { bytes, oldestMs, newestMs };
}

async function blockOf(segment: Buffer, piece: SegmentPiece, base: number): Promise<Buffer> {
  const kind: BlockKind = piece.kind;
  const raw =
    piece.kind === 'records' ? encodeColumns(segment, piece.starts, piece.to) : segment.subarray(piece.from, piece.to);
  // Quality 4: smaller than deflate at its usual level, and twice as fast (docs/formats/archive.md).
  const packed = await compress(raw, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 4,
      [constants.BROTLI_PARAM_LGWIN]: 20,
      [constants.BROTLI_PARAM_SIZE_HINT]: raw.length,
    },
  });
  const isCompressed = packed.length < raw.length;
  const header = { kind, isCompressed, rawBytes: raw.length, from: base + piece.from, to: base + piece.to };
  return encodeBlock(header, isCompressed ? packed : raw);
}

function* receiptsOf(segment: Buffer, piece: SegmentPiece): Generator<number> {
  if (piece.kind !== 'records') return;
  for (const start of piece.starts) {
    const ms = Math.floor(segment.readDoubleLE(start + 8));
    if (ms >= 0 && ms <= MAX_TIME_MS) yield ms;
  }
}
