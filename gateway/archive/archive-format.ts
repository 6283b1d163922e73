import { crc32c } from '@node-rs/crc32';

/** A file of the archive; its name says all of it but the size. */
export interface ArchiveFile {
  name: string;
  /** The positions of the segment that it keeps: [from, to). */
  from: number;
  to: number;
  /** Receipt of its oldest and newest message, epoch milliseconds. */
  oldestMs: number;
  newestMs: number;
}

/** What a block holds: records in columns, or bytes of the segment that are no records. */
export type BlockKind = 'records' | 'bytes';

/** Where a block stands in its file, and which positions of the spool it holds. */
export interface BlockEntry {
  offset: number;
  from: number;
  to: number;
}

/** The head of a block; what follows it is checked together with it. */
export interface BlockHeader {
  kind: BlockKind;
  isCompressed: boolean;
  storedBytes: number;
  rawBytes: number;
  checksum: number;
  from: number;
  to: number;
}

export const FILE_MAGIC = Buffer.from('JNARCHV1', 'latin1');
export const BLOCK_HEADER_BYTES = 32;
export const TRAILER_BYTES = 16;
const END_MAGIC = Buffer.from('JNARCEND', 'latin1');
const ENTRY_BYTES = 24;
const NAME = /^([0-9a-f]{16})-([0-9a-f]{16})-(\d+)-(\d+)\.archive$/;

/** `<from>-<to>-<oldest>-<newest>.archive`: positions in 16 hexadecimal digits, receipts in decimal. */
export function archiveName(file: Omit<ArchiveFile, 'name'>): string {
  const hex = (position: number): string => position.toString(16).padStart(16, '0');
  return `${hex(file.from)}-${hex(file.to)}-${file.oldestMs}-${file.newestMs}.archive`;
}

/** What a name says; undefined where it is no file of the archive. */
export function parseArchiveName(name: string): ArchiveFile | undefined {
  const [, from, to, oldest, newest] = NAME.exec(name) ?? [];
  if (from === undefined || to === undefined) return undefined;
  return {
    name,
    from: Number.parseInt(from, 16),
    to: Number.parseInt(to, 16),
    oldestMs: Number(oldest),
    newestMs: Number(newest),
  };
}

/** A block as it stands in the file: header and `stored`, under one checksum. */
export function encodeBlock(block: Omit<BlockHeader, 'storedBytes' | 'checksum'>, stored: Buffer): Buffer {
  const bytes = Buffer.alloc(BLOCK_HEADER_BYTES + stored.length);
  bytes[0] = block.kind === 'records' ? 1 : 2;
  bytes[1] = block.isCompressed ? 1 : 0;
  bytes.writeUInt32LE(stored.length, 4);
  bytes.writeUInt32LE(block.rawBytes, 8);
  bytes.writeDoubleLE(block.from, 16);
  bytes.writeDoubleLE(block.to, 24);
  stored.copy(bytes, BLOCK_HEADER_BYTES);
  bytes.writeUInt32LE(blockChecksum(bytes), 12);
  return bytes;
}

/** Reads the header of a block; undefined where none can stand. */
export function parseBlockHeader(bytes: Buffer): BlockHeader | undefined {
  if (bytes.length < BLOCK_HEADER_BYTES || (bytes[0] !== 1 && bytes[0] !== 2) || bytes[1]! > 1) return undefined;
  return {
    kind: bytes[0] === 1 ? 'records' : 'bytes',
    isCompressed: bytes[1] === 1,
    storedBytes: bytes.readUInt32LE(4),
    rawBytes: bytes.readUInt32LE(8),
    checksum: bytes.readUInt32LE(12),
    from: bytes.readDoubleLE(16),
    to: bytes.readDoubleLE(24),
  };
}

/** The checksum of a whole block, header included, but for the four bytes in which it stands. */
export function blockChecksum(block: Buffer): number {
  return crc32c(block.subarray(16), crc32c(block.subarray(0, 12)));
}

/** The end of a file: where its blocks stand, and a trailer of {@link TRAILER_BYTES}. */
export function encodeIndex(entries: readonly BlockEntry[]): Buffer {
  const bytes = Buffer.alloc(entries.length * ENTRY_BYTES + TRAILER_BYTES);
  for (const [n, { offset, from, to }] of entries.entries()) {
    bytes.writeDoubleLE(offset, n * ENTRY_BYTES);
    bytes.writeDoubleLE(from, n * ENTRY_BYTES + 8);
    bytes.writeDoubleLE(to, n * ENTRY_BYTES + 16);
  }
  const end = entries.length * ENTRY_BYTES;
  bytes.writeUInt32LE(entries.length, end);
  bytes.writeUInt32LE(crc32c(bytes.subarray(0, end + 4)), end + 4);
  END_MAGIC.copy(bytes, end + 8);
  return bytes;
}

/** How many bytes stand before the trailer as index; undefined where it is no trailer. */
export function indexBytesOf(trailer: Buffer): number | undefined {
  if (trailer.length < TRAILER_BYTES || !trailer.subarray(8).equals(END_MAGIC)) return undefined;
  return trailer.readUInt32LE(0) * ENTRY_BYTES;
}

/** Reads index and trailer; undefined where the checksum does not fit. */
export function parseIndex(bytes: Buffer): BlockEntry[] | undefined {
  const end = bytes.length - TRAILER_BYTES;
  if (end < 0 || crc32c(bytes.subarray(0, end + 4)) !== bytes.readUInt32LE(end + 4)) return undefined;
  return Array.from({ length: end / ENTRY_BYTES }, (_, n) => ({
    offset: bytes.readDoubleLE(n * ENTRY_BYTES),
    from: bytes.readDoubleLE(n * ENTRY_BYTES + 8),
    to: bytes.readDoubleLE(n * ENTRY_BYTES + 16),
  }));
}
