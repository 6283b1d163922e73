/** Writes numbers and bytes one behind the other. */
export interface ColumnWriter {
  /** A whole number from 0 to 2^53 − 1: seven bits a byte, the lowest first, the top bit set on all but the last. */
  varint(value: number): void;
  byte(value: number): void;
  copy(from: Buffer, start: number, end: number): void;
  /** What was written, a view. */
  written(): Buffer;
}

/** A writer with room for `bytes`; the caller knows how much that must be. */
export function createColumnWriter(bytes: number): ColumnWriter {
  const out = Buffer.allocUnsafe(bytes);
  let at = 0;
  return {
    varint: (value) => {
      let rest = value;
      // Not by shifts: they end at 32 bits.
      for (; rest > 127; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) + 128;
      out[at++] = rest;
    },
    byte: (value) => void (out[at++] = value),
    copy: (from, start, end) => void (at += from.copy(out, at, start, end)),
    written: () => out.subarray(0, at),
  };
}
