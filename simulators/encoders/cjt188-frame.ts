import { sumOf, writeAddress } from './bcd.ts';

/** What goes around the data of a CJ/T 188 frame. */
export interface Cjt188Frame {
  /** 10 cold water, 11 hot water, 20 heat, 21 cooling, 22 heat and cooling, 30 gas (hex). */
  type: number;
  /** Fourteen digits: the maker's code (four), then the meter's number (ten). */
  address: string;
  control: number;
  data: Uint8Array;
  /** Bytes `FE` before the frame; none where left out. */
  preamble?: number;
}

const HEADER = 11;

/** `[FE…] 68 T A0…A6 C L DATA CS 16` (CJ/T 188-2004, 6.2; -2018, 7.2). */
export function cjt188Frame({ type, address, control, data, preamble = 0 }: Cjt188Frame): Buffer {
  const frame = Buffer.alloc(preamble + HEADER + data.length + 2, 0xfe);
  const start = preamble;
  frame[start] = 0x68;
  frame[start + 1] = type;
  writeAddress(frame, start + 2, address, 7);
  frame[start + 9] = control;
  frame[start + 10] = data.length;
  frame.set(data, start + HEADER);
  const end = start + HEADER + data.length;
  frame[end] = sumOf(frame, start, end);
  frame[end + 1] = 0x16;
  return frame;
}
