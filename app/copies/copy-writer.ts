import { writeCopy, type CopyRow } from './copy-file.ts';

/** Keeps a copy up to what it is a copy of, apart from whoever changes that. */
export interface CopyWriter {
  /** There is something new: it is written soon, once for all that changes until then. */
  soon(): void;
  /** Resolves when all that was announced is on disk, or could not be written. */
  settled(): Promise<void>;
}

/** What {@link createCopyWriter} needs. */
export interface CopyWriterOptions {
  path: string;
  /** What is to be written, as it then stands. */
  rows(): Iterable<CopyRow>;
  /** Epoch milliseconds. */
  now(): number;
  /** Told where it could not be written; the next change tries again. */
  onError(error: unknown): void;
}

const SOON_MS = 200;
/** Writing takes at most one part in so many of the time. */
const WRITE_SHARE = 10;

/** Makes one. Writes never overlap. */
export function createCopyWriter(options: CopyWriterOptions): CopyWriter {
  let isDue = false;
  let notBeforeMs = 0;
  let running: Promise<void> | undefined;
  let endPause: () => void = () => undefined;
  let isHurried = false;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms).unref();
      endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  async function writeAll(): Promise<void> {
    while (isDue) {
      if (!isHurried) await pause(Math.max(SOON_MS, notBeforeMs - performance.now()));
      isDue = false;
      const beganMs = performance.now();
      await writeCopy(options.path, options.rows(), options.now()).catch((error: unknown) => options.onError(error));
      notBeforeMs = performance.now() + WRITE_SHARE * (performance.now() - beganMs);
    }
    running = undefined;
  }

  return {
    soon: () => {
      isDue = true;
      running ??= writeAll();
    },
    settled: async () => {
      isHurried = true;
      endPause();
      await running;
      isHurried = false;
    },
  };
}
