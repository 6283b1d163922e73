import { setTimeout as wait } from 'node:timers/promises';

/** The transactions of one thread, one after the other. */
export interface WriteTurns {
  /** Resolves when it is one's turn, with what ends it. */
  take(): Promise<() => void>;
  /** Resolves when all turns taken by now have ended. */
  settled(): Promise<void>;
}

/** Whoever has had the write lock for so long leaves a gap: SQLite has no queue, and who waits looks now and then. */
const WITHOUT_GAP_MS = 20;
/** Longer than the pause of those who wait (when-free.ts). */
const GAP_MS = 4;

/** Turns in the order in which they are asked for, with gaps in which other threads and processes get theirs. */
export function createWriteTurns(): WriteTurns {
  let last: Promise<void> = Promise.resolve();
  let endedAt = 0;
  let heldMs = 0;

  async function leaveGap(): Promise<void> {
    if (performance.now() - endedAt >= GAP_MS) heldMs = 0;
    if (heldMs < WITHOUT_GAP_MS) return;
    await wait(GAP_MS);
    heldMs = 0;
  }

  return {
    take: async () => {
      const before = last;
      let resolve = (): void => undefined;
      last = new Promise((done) => (resolve = done));
      await before;
      await leaveGap();
      const since = performance.now();
      return () => {
        endedAt = performance.now();
        heldMs += endedAt - since;
        resolve();
      };
    },
    settled: () => last,
  };
}
