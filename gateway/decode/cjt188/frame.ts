import { hexReversed } from '../hex.ts';
import { sealProblem, type FrameRefusal } from '../seal-problem.ts';

/** Where the data of a CJ/T 188 frame begin. */
export const CJT188_DATA_AT = 11;

const START = 0x68;
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

/** Opens `68 T A0…A6 C L DATA CS 16`, the frame of CJ/T 188-2004 and -2018. */
export function openCjt188(bytes: Uint8Array): Cjt188Frame | FrameRefusal {
  if (bytes[0] !== START) return { ok: false, reason: 'not-a-frame', detail: 'A CJ/T 188 frame begins with 68' };
  const address = bytes.length >= 2 + ADDRESS_BYTES ? hexReversed(bytes, 2, ADDRESS_BYTES) : undefined;
  const size = bytes.length < CJT188_DATA_AT ? undefined : bytes[10]! + OVERHEAD;
  const problem = sealProblem(bytes, size, address);
  if (problem !== undefined) return problem;
  return {
    ok: true,
    type: bytes[1]!,
    address: address!,
    otherAddresses: [address!.slice(MAKER_DIGITS)],
    control: bytes[9]!,
    dataLength: size! - OVERHEAD,
  };
}
