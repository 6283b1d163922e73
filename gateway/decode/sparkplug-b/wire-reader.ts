/** A place in the bytes of a protocol buffer, moved by what reads; `isBroken` once something ran past the end. */
export interface WireReader {
  readonly bytes: Buffer;
  at: number;
  end: number;
  /** The last varint, in two halves of 32 bits. */
  low: number;
  high: number;
  isBroken: boolean;
}

/** Wire types of protocol buffers. */
export const VARINT = 0;
export const FIXED_64 = 1;
export const DELIMITED = 2;
export const FIXED_32 = 5;

/** Reads `bytes` without copying them. */
export function createWireReader(bytes: Uint8Array): WireReader {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { bytes: buffer, at: 0, end: buffer.length, low: 0, high: 0, isBroken: false };
}

/** Reads a varint into `low` and `high`, and gives `low`; one of more than ten bytes breaks the reader. */
export function readVarint(reader: WireReader): number {
  const { bytes, end } = reader;
  let at = reader.at;
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (at >= end) break;
    const byte = bytes[at++]!;
    const bits = byte & 0x7f;
    if (shift < 28) low |= bits << shift;
    else if (shift === 28) {
      low |= bits << 28;
      high = bits >> 4;
    } else high |= bits << (shift - 32);
    if (byte < 0x80) {
      reader.at = at;
      reader.high = high >>> 0;
      reader.low = low >>> 0;
      return reader.low;
    }
  }
  reader.isBroken = true;
  reader.at = end;
  return 0;
}

/** The end of a delimited field that begins at the reader's place; the reader's own end where it runs past that. */
export function readLength(reader: WireReader): number {
  const length = readVarint(reader);
  if (reader.high !== 0 || reader.at + length > reader.end) {
    reader.isBroken = true;
    reader.at = reader.end;
  }
  return reader.isBroken ? reader.end : reader.at + length;
}

/** A delimited field as text. */
export function readText(reader: WireReader): string {
  const to = readLength(reader);
  const text = reader.bytes.toString('utf8', reader.at, to);
  reader.at = to;
  return text;
}

/** Four bytes as a real; NaN past the end. */
export function readFloat(reader: WireReader): number {
  return advance(reader, 4) ? reader.bytes.readFloatLE(reader.at - 4) : Number.NaN;
}

/** Eight bytes as a real; NaN past the end. */
export function readDouble(reader: WireReader): number {
  return advance(reader, 8) ? reader.bytes.readDoubleLE(reader.at - 8) : Number.NaN;
}

/** Passes over a field that nobody asks for; groups, which are out of use, break the reader. */
export function skipField(reader: WireReader, wireType: number): void {
  if (wireType === VARINT) readVarint(reader);
  else if (wireType === DELIMITED) reader.at = readLength(reader);
  else if (wireType === FIXED_64) advance(reader, 8);
  else if (wireType === FIXED_32) advance(reader, 4);
  else {
    reader.isBroken = true;
    reader.at = reader.end;
  }
}

/** The last varint as a number; it has been rounded where it is beyond 2^53. */
export function unsignedOf({ low, high }: { low: number; high: number }): number {
  return high * 4_294_967_296 + low;
}

function advance(reader: WireReader, length: number): boolean {
  if (reader.at + length > reader.end) {
    reader.isBroken = true;
    reader.at = reader.end;
    return false;
  }
  reader.at += length;
  return true;
}
