/** Reads what a ColumnWriter wrote. Past the end it gives zeros, and says so. */
export interface ColumnReader {
  varint(): number;
  byte(): number;
  /** The next so many bytes, a view; fewer at the end. */
  take(bytes: number): Buffer;
  left(): number;
  /** More was asked for than there was. */
  overrun(): boolean;
}

/** A reader from the first byte on. */
export function createColumnReader(bytes: Buffer): ColumnReader {
  let at = 0;
  let overrun = false;
  const byte = (): number => {
    const value = bytes[at++];
    if (value === undefined) overrun = true;
    return value ?? 0;
  };
  return {
    varint: () => {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const next = byte();
        value += (next % 128) * scale;
        if (next < 128) return value;
      }
    },
    byte,
    take: (count) => {
      if (count > bytes.length - at) overrun = true;
      const taken = bytes.subarray(at, at + count);
      at += taken.length;
      return taken;
    },
    left: () => Math.max(0, bytes.length - at),
    overrun: () => overrun,
  };
}
