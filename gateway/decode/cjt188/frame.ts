import type { QuarantineReason } from '../../../domain/reading.ts';
import { hexByte, hexReversed } from '../hex.ts';

/** Where the data of a CJ/T 188 frame begin. */
export const CJT188_DATA_AT = 11;

const START = 0x68;
const END = 0x16;
const ADDRESS_BYTES = 7;
/** Digits of the maker's code (厂商代码) before the meter's number. */
const MAKER_DIGITS = 4;
/** Start, type, address, control, length, checksum, end. */
const OVERHEAD = 13;

/** A frame whose form and checksum are right; its data stand from {@link CJT188_DATA_AT} on. */
export interface Cjt188Frame {
  ok: true;
  /** Kind of meter (仪表类型 T). */
  type: number;
  /** 14 digits, A6 … A0: the maker's code, then the meter's number. */
  address: string;
  /** The meter's number alone, 10 digits. */
  otherAddresses: readonly string[];
  control: number;
  dataLength: number;
}

/** Why bytes are no answer that could be read. */
export interface Cjt188Refusal {
  ok: false;
  reason: QuarantineReason;
  detail: string;
  address?: string;
}

/** Opens `68 T A0…A6 C L DATA CS 16`, the frame of CJ/T 188-2004 and -2018. */
export function openCjt188(bytes: Uint8Array): Cjt188Frame | Cjt188Refusal {
  if (bytes[0] !== START) return { ok: false, reason: 'not-a-frame', detail: 'A CJ/T 188 frame begins with 68' };
  const address = bytes.length >= 2 + ADDRESS_BYTES ? hexReversed(bytes, 2, ADDRESS_BYTES) : undefined;
  const size = bytes.length < CJT188_DATA_AT ? undefined : bytes[10]! + OVERHEAD;
  if (size === undefined || bytes.length < size) {
    const whole = size === undefined ? 'its length field' : `${size} bytes`;
    return { ok: false, reason: 'truncated', detail: `Cut short: ${bytes.length} bytes of ${whole}`, address };
  }
  if (bytes.length > size) {
    const detail = `${bytes.length - size} bytes behind the ${size} of the frame`;
    return { ok: false, reason: 'not-a-frame', detail, address };
  }
  let sum = 0;
  for (let i = 0; i < size - 2; i++) sum += bytes[i]!;
  if ((sum & 0xff) !== bytes[size - 2]) {
    const detail = `The checksum is ${hexByte(bytes[size - 2]!)}, the bytes add up to ${hexByte(sum)}`;
    return { ok: false, reason: 'bad-checksum', detail, address };
  }
  if (bytes[size - 1] !== END) {
    return { ok: false, reason: 'not-a-frame', detail: `Ends with ${hexByte(bytes[size - 1]!)}, not 16`, address };
  }
  return {
    ok: true,
    type: bytes[1]!,
    address: address!,
    otherAddresses: [address!.slice(MAKER_DIGITS)],
    control: bytes[9]!,
    dataLength: size - OVERHEAD,
  };
}
