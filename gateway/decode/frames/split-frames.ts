import { ANY_TYPE, isMeterType } from '../cjt188/identifiers.ts';

/** Which protocol's frame the form of the bytes is. */
export type FrameKind = 'dlt645' | 'cjt188' | 'mbus';

/** The bytes of one frame, or of what was to be one: the protocol's decoder tells what is wrong with it. */
export interface FramePiece {
  kind: FrameKind;
  bytes: Uint8Array;
  /** Form, length, checksum and end are right. */
  isWhole: boolean;
}

/** How long a frame is by its form, and where its checksum begins. */
interface Form {
  kind: FrameKind;
  size: number;
  sumFrom: number;
}

const START = 0x68;
const END = 0x16;
const PREAMBLE = 0xfe;
const DLT645_HEAD = 10;
const DLT645_OVERHEAD = 12;
const CJT188_HEAD = 11;
const CJT188_OVERHEAD = 13;
const MBUS_HEAD = 4;
const MBUS_OVERHEAD = 6;

/**
 * Finds the frames in bytes: `FE` preambles and rubbish between them are passed over. Form comes first, the checksum
 * decides where two readings are possible. What has the form of a frame but a wrong checksum, or ends too early, is a
 * piece that is not whole; bytes without any form of a frame yield none. No piece overlaps another.
 */
export function splitFrames(bytes: Uint8Array): FramePiece[] {
  const pieces: FramePiece[] = [];
  let behind = 0;
  let at = bytes.indexOf(START);
  while (at >= 0) {
    const form = wholeAt(bytes, at);
    if (form === undefined) {
      at = bytes.indexOf(START, at + 1);
      continue;
    }
    if (at > behind) addBroken(pieces, bytes, behind, at);
    behind = at + form.size;
    const isAll = form.size === bytes.length;
    pieces.push({ kind: form.kind, bytes: isAll ? bytes : bytes.subarray(at, behind), isWhole: true });
    at = bytes.indexOf(START, behind);
  }
  if (behind < bytes.length) addBroken(pieces, bytes, behind, bytes.length);
  return pieces;
}

/** The form of the whole frame that begins at `at`; the more particular form first. */
function wholeAt(bytes: Uint8Array, at: number): Form | undefined {
  const mbus = mbusAt(bytes, at, bytes.length);
  if (mbus !== undefined && isWhole(bytes, at, mbus)) return mbus;
  const dlt645 = dlt645At(bytes, at, bytes.length);
  if (dlt645 !== undefined && isWhole(bytes, at, dlt645)) return dlt645;
  const cjt188 = cjt188At(bytes, at, bytes.length);
  return cjt188 !== undefined && isWhole(bytes, at, cjt188) ? cjt188 : undefined;
}

// 68 L L 68 C A CI …
function mbusAt(bytes: Uint8Array, at: number, end: number): Form | undefined {
  if (at + MBUS_HEAD > end || bytes[at + 3] !== START || bytes[at + 1] !== bytes[at + 2]) return undefined;
  return { kind: 'mbus', size: bytes[at + 1]! + MBUS_OVERHEAD, sumFrom: 4 };
}

// 68 A0…A5 68 C L …
function dlt645At(bytes: Uint8Array, at: number, end: number): Form | undefined {
  if (at + DLT645_HEAD > end || bytes[at + 7] !== START) return undefined;
  return { kind: 'dlt645', size: bytes[at + 9]! + DLT645_OVERHEAD, sumFrom: 0 };
}

// 68 T A0…A6 C L …
function cjt188At(bytes: Uint8Array, at: number, end: number): Form | undefined {
  if (at + CJT188_HEAD > end || !hasMeterType(bytes[at + 1]!)) return undefined;
  return { kind: 'cjt188', size: bytes[at + 10]! + CJT188_OVERHEAD, sumFrom: 0 };
}

function hasMeterType(type: number): boolean {
  return type === ANY_TYPE || isMeterType(type);
}

function isWhole(bytes: Uint8Array, at: number, { size, sumFrom }: Form): boolean {
  const last = at + size - 1;
  if (bytes[last] !== END) return false;
  let sum = 0;
  for (let i = at + sumFrom; i < last - 1; i++) sum += bytes[i]!;
  return (sum & 0xff) === bytes[last - 1];
}

// Bytes between whole frames: what reaches from a start to the end that its length tells has a wrong checksum; in what
// remains, a start whose frame would reach further has been cut short.
function addBroken(pieces: FramePiece[], bytes: Uint8Array, from: number, to: number): void {
  let behind = from;
  let at = startIn(bytes, from, to);
  while (at >= 0) {
    const form = endingIn(bytes, at, to);
    if (form !== undefined) {
      addTruncated(pieces, bytes, behind, at);
      behind = at + form.size;
      pieces.push({ kind: form.kind, bytes: bytes.subarray(at, behind), isWhole: false });
    }
    at = startIn(bytes, form === undefined ? at + 1 : behind, to);
  }
  addTruncated(pieces, bytes, behind, to);
}

function endingIn(bytes: Uint8Array, at: number, to: number): Form | undefined {
  for (const formAt of [mbusAt, dlt645At, cjt188At]) {
    const form = formAt(bytes, at, to);
    if (form !== undefined && at + form.size <= to && bytes[at + form.size - 1] === END) return form;
  }
  return undefined;
}

function addTruncated(pieces: FramePiece[], bytes: Uint8Array, from: number, to: number): void {
  let first = from;
  while (first < to && bytes[first] === PREAMBLE) first++;
  for (let at = startIn(bytes, from, to); at >= 0; at = startIn(bytes, at + 1, to)) {
    const kind = cutShortAt(bytes, at, to, at === first);
    if (kind === undefined) continue;
    pieces.push({ kind, bytes: bytes.subarray(at, to), isWhole: false });
    return;
  }
}

// What begins the bytes needs less of a form than what stands somewhere in them: it may have been cut anywhere.
function cutShortAt(bytes: Uint8Array, at: number, to: number, isFirst: boolean): FrameKind | undefined {
  const left = to - at;
  const mbus = mbusAt(bytes, at, to);
  if (mbus !== undefined && at + mbus.size > to) return 'mbus';
  if (left > 7 && bytes[at + 7] === START) {
    const form = dlt645At(bytes, at, to);
    if (form === undefined || at + form.size > to) return 'dlt645';
  }
  if (!isFirst) return undefined;
  if (left > 1 && hasMeterType(bytes[at + 1]!)) {
    const form = cjt188At(bytes, at, to);
    if (form === undefined || at + form.size > to) return 'cjt188';
  }
  return left <= 7 ? 'dlt645' : undefined;
}

function startIn(bytes: Uint8Array, from: number, to: number): number {
  const at = bytes.indexOf(START, from);
  return at < to ? at : -1;
}
