import { crc32 } from '@node-rs/crc32';
import { deflateRawSync } from 'node:zlib';

/** A file of an archive, and what its directory claims of it. */
export interface ForgedEntry {
  name: string;
  content: Buffer;
  /** Bytes unpacked that the directory claims, where it lies. */
  claims?: number;
  /** Bit 0 of the flags: encrypted. */
  flags?: number;
}

/** An archive (zip) as it is described, honest or not. */
export function forgedZip(entries: readonly ForgedEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, content, claims = content.length, flags = 0 } of entries) {
    const packed = deflateRawSync(content);
    const nameBytes = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(flags, 2);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claims, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), fields, nameBytes, packed]);
    const central = Buffer.alloc(42);
    central.writeUInt16LE(20, 0);
    fields.copy(central, 2, 0, 26);
    central.writeUInt32LE(at, 38);
    directory.push(Buffer.concat([Buffer.from('504b0102', 'hex'), central, nameBytes]));
    parts.push(local);
    at += local.length;
  }
  const all = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(all.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, all, Buffer.from('504b0506', 'hex'), end]);
}
