import type { QuarantineReason } from '../../../domain/reading.ts';

/** A long frame whose length and checksum are right; the user data stand at [from, to) of its bytes. */
export interface LinkFrame {
  ok: true;
  control: number;
  primaryAddress: number;
  /** CI field: which header and data follow. */
  information: number;
  from: number;
  to: number;
}

/** Why bytes are no long frame of a meter's answer. */
export interface LinkRefusal {
  ok: false;
  reason: QuarantineReason;
  detail: string;
}

const LONG_START = 0x68;
const SHORT_START = 0x10;
const ACKNOWLEDGE = 0xe5;
const STOP = 0x16;
const SHORT_LENGTH = 5;
/** Start, length twice, start, checksum, stop. */
const OVERHEAD = 6;
/** Control, address, control information. */
const SHORTEST_BODY = 3;
/** RSP_UD, beside the bits for access demand and data flow control. */
const RESPONSE = 0x08;
const RESPONSE_MASK = 0xcf;

/** Takes the link layer of one frame apart (EN 13757-2, FT 1.2): `68 L L 68 C A CI … CS 16`. */
export function parseLinkFrame(bytes: Uint8Array): LinkFrame | LinkRefusal {
  if (bytes.length === 0) return refuse('not-a-frame', 'There are no bytes');
  if (bytes[0] === ACKNOWLEDGE && bytes.length === 1) {
    return refuse('not-an-answer', 'E5 acknowledges a request and carries no data');
  }
  if (bytes[0] === SHORT_START) return shortFrame(bytes);
  if (bytes[0] !== LONG_START) return refuse('not-a-frame', `An M-Bus frame begins with 68, not ${hex(bytes[0]!)}`);
  if (bytes.length < 4) return refuse('truncated', `The frame ends within its start, after ${bytes.length} bytes`);
  const length = bytes[1]!;
  if (length !== bytes[2] || bytes[3] !== LONG_START || length < SHORTEST_BODY) {
    return refuse('not-a-frame', 'The start of an M-Bus frame is 68, the length twice, 68');
  }
  const size = length + OVERHEAD;
  if (bytes.length < size) return refuse('truncated', `The frame has ${bytes.length} of ${size} bytes`);
  if (bytes.length > size) return refuse('not-a-frame', `${bytes.length - size} bytes follow the end of the frame`);
  const checksum = sumOf(bytes, 4, 4 + length);
  if (checksum !== bytes[size - 2]) {
    return refuse('bad-checksum', `The checksum is ${hex(bytes[size - 2]!)}, the bytes sum to ${hex(checksum)}`);
  }
  if (bytes[size - 1] !== STOP) return refuse('not-a-frame', `The frame ends with ${hex(bytes[size - 1]!)}, not 16`);
  const control = bytes[4]!;
  if ((control & RESPONSE_MASK) !== RESPONSE) {
    return refuse('not-an-answer', `Control field ${hex(control)} is no answer of a meter (RSP_UD)`);
  }
  return { ok: true, control, primaryAddress: bytes[5]!, information: bytes[6]!, from: 7, to: size - 2 };
}

function shortFrame(bytes: Uint8Array): LinkRefusal {
  if (bytes.length < SHORT_LENGTH) return refuse('truncated', `A short frame has 5 bytes, not ${bytes.length}`);
  if (bytes.length > SHORT_LENGTH || bytes[4] !== STOP)
    return refuse('not-a-frame', 'A short frame has 5 bytes up to 16');
  const checksum = sumOf(bytes, 1, 3);
  if (checksum !== bytes[3]) {
    return refuse('bad-checksum', `The checksum is ${hex(bytes[3]!)}, the bytes sum to ${hex(checksum)}`);
  }
  return refuse('not-an-answer', `A short frame (control field ${hex(bytes[1]!)}) is a request and carries no data`);
}

function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += bytes[at]!;
  return sum & 0xff;
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function refuse(reason: QuarantineReason, detail: string): LinkRefusal {
  return { ok: false, reason, detail };
}
