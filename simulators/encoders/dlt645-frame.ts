import { sumOf, writeAddress } from './bcd.ts';

/** What goes around the data of a DL/T 645 frame. */
export interface Dlt645Frame {
  /** Up to twelve digits, as printed on the meter. */
  address: string;
  control: number;
  /** Before 33H is added. */
  data: Uint8Array;
  /** Bytes `FE` before the frame; none where left out. */
  preamble?: number;
}

const HEADER = 10;
const OFFSET = 0x33;

/** `[FE…] 68 A0…A5 68 C L DATA+33H CS 16`, as in DL/T 645-1997 and -2007, 5.2. */
export function dlt645Frame({ address, control, data, preamble = 0 }: Dlt645Frame): Buffer {
  const frame = Buffer.alloc(preamble + HEADER + data.length + 2, 0xfe);
  const start = preamble;
  frame[start] = 0x68;
  writeAddress(frame, start + 1, address, 6);
  frame[start + 7] = 0x68;
  frame[start + 8] = control;
  frame[start + 9] = data.length;
  for (let i = 0; i < data.length; i++) frame[start + HEADER + i] = (data[i]! + OFFSET) & 0xff;
  const end = start + HEADER + data.length;
  frame[end] = sumOf(frame, start, end);
  frame[end + 1] = 0x16;
  return frame;
}
