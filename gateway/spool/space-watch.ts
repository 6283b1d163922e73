import type { SpoolIo } from './spool-io.ts';

/** Keeps an eye on the room that is left on the spool's disk. */
export interface SpaceWatch {
  /** True when the disk should be asked again before more is written: time has passed, or much was written. */
  isDue(position: number): boolean;
  /** The next {@link isDue} is true. */
  expire(): void;
  /** Asks the disk: true while there is less room than the mark, and after that until there is a little more. */
  isLow(position: number): Promise<boolean>;
  /** What the disk said last; undefined before it was asked, and where it did not answer. */
  freeBytes(): number | undefined;
}

/** So much may be written before the disk is asked again, though no time has passed. */
const ASK_EVERY_BYTES = 8 * 1024 * 1024;
/** Above the mark by this share of it there is room again: just above it a commit would end it at once. */
const HYSTERESIS = 0.1;

/** Watches the disk of `folder` against a mark in bytes; 0: it is never asked and never low. */
export function createSpaceWatch(folder: string, lowWaterBytes: number, io: Pick<SpoolIo, 'freeBytes'>): SpaceWatch {
  let free: number | undefined;
  let low = false;
  let expired = true;
  let askedAt = 0;
  return {
    isDue: (position) => lowWaterBytes > 0 && (expired || position - askedAt >= ASK_EVERY_BYTES),
    expire: () => void (expired = true),
    isLow: async (position) => {
      if (lowWaterBytes === 0) return false;
      expired = false;
      askedAt = position;
      // A disk that does not tell is no reason to stop: if it is full, the write will say so.
      free = await io.freeBytes(folder).catch(() => undefined);
      low = free !== undefined && free < (low ? lowWaterBytes * (1 + HYSTERESIS) : lowWaterBytes);
      return low;
    },
    freeBytes: () => free,
  };
}
