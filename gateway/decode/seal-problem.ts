import type { QuarantineReason } from '../../domain/reading.ts';
import { hexByte } from './hex.ts';

/** Why bytes are no frame that could be read. */
export interface FrameRefusal {
  ok: false;
  reason: QuarantineReason;
  detail: string;
  address?: string;
}

const END = 0x16;

/**
 * What is wrong with a frame of `size` bytes that ends with the sum of all before it (modulo 256) and 16, as those of
 * DL/T 645 and CJ/T 188 do; undefined where all is right. `size` undefined: its length field is not there.
 */
export function sealProblem(
  bytes: Uint8Array,
  size: number | undefined,
  address: string | undefined,
): FrameRefusal | undefined {
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
  return undefined;
}
