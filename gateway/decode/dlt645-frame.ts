import { hexReversed } from './hex.ts';
import { sealProblem, type FrameRefusal } from './seal-problem.ts';

/** Where the data of a DL/T 645 frame begin. */
export const DLT645_DATA_AT = 10;
/** Added to each byte of the data on the line. */
export const DLT645_BIAS = 0x33;

const START = 0x68;
const WILDCARD = 0xaa;
/** Both starts, address, control, length, checksum, end. */
const OVERHEAD = 12;

/** A frame whose form and checksum are right. The data stand from {@link DLT645_DATA_AT} on, each byte + 33H. */
export interface Dlt645Frame {
  ok: true;
  /** 12 digits as the meter shows them; `AA` for bytes that a request leaves open. */
  address: string;
  otherAddresses?: readonly string[];
  control: number;
  dataLength: number;
}

/** Opens `68 A0…A5 68 C L DATA CS 16`, the frame of both editions of DL/T 645 (1997: 5.2, 2007: 5.2). */
export function openDlt645(bytes: Uint8Array): Dlt645Frame | FrameRefusal {
  if (bytes[0] !== START || (bytes.length > 7 && bytes[7] !== START)) {
    return { ok: false, reason: 'not-a-frame', detail: 'A DL/T 645 frame begins with 68, six bytes of address, 68' };
  }
  const address = bytes.length > 6 ? hexReversed(bytes, 1, 6) : undefined;
  const size = bytes.length < DLT645_DATA_AT ? undefined : bytes[9]! + OVERHEAD;
  const problem = sealProblem(bytes, size, address);
  if (problem !== undefined) return problem;
  const frame: Dlt645Frame = { ok: true, address: address!, control: bytes[8]!, dataLength: size! - OVERHEAD };
  if (bytes[6] === WILDCARD) frame.otherAddresses = [withoutWildcards(address!)];
  return frame;
}

// A meter that is called by the last digits of its address may answer with the rest left open.
function withoutWildcards(address: string): string {
  let at = 0;
  while (at < address.length - 2 && address.startsWith('AA', at)) at += 2;
  return address.slice(at);
}
