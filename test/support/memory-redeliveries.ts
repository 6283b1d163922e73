import { sequenceKey, type RedeliveryMemory } from '../../gateway/redelivery.ts';

/** The memory of redeliveries in memory. */
export interface MemoryRedeliveries extends RedeliveryMemory {
  /** Remembered times by {@link sequenceKey}. */
  readonly times: Map<string, number>;
  /** Called before each call; throw to let it fail. */
  before: (call: 'recall' | 'remember') => Promise<void> | void;
}

/** An empty memory. */
export function createMemoryRedeliveries(): MemoryRedeliveries {
  const times = new Map<string, number>();
  const memory: MemoryRedeliveries = {
    times,
    before: () => undefined,
    recall: async (keys) => {
      await memory.before('recall');
      const names = keys.map(sequenceKey).filter((name) => times.has(name));
      return new Map(names.map((name) => [name, times.get(name)!]));
    },
    remember: async (given, forgetBeforeMs) => {
      await memory.before('remember');
      for (const { observedAtMs, ...key } of given) times.set(sequenceKey(key), observedAtMs);
      for (const [name, atMs] of times) if (atMs < forgetBeforeMs) times.delete(name);
    },
  };
  return memory;
}
