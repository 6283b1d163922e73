import type { Quarantine, QuarantineEntry } from '../../gateway/quarantine/quarantine.ts';

/** The quarantine port in memory: the same (position, index) twice is one. */
export interface MemoryQuarantine extends Quarantine {
  readonly entries: Map<string, QuarantineEntry>;
  /** Called before each put; throw to let it fail, wait to hold it. */
  before: (entries: readonly QuarantineEntry[]) => Promise<void> | void;
}

/** An empty quarantine. */
export function createMemoryQuarantine(): MemoryQuarantine {
  const entries = new Map<string, QuarantineEntry>();
  const quarantine: MemoryQuarantine = {
    entries,
    before: () => undefined,
    put: async (given) => {
      await quarantine.before(given);
      for (const entry of given) entries.set(`${entry.position}/${entry.index}`, entry);
    },
  };
  return quarantine;
}
