/** A reading that carries no time but a number: what tells it from another one when it comes again. */
export interface SequenceKey {
  meter: string;
  seq: number;
  /** Of the reading's content: a counter that began anew carries something else. */
  digest: string;
}

/** The text under which {@link RedeliveryMemory} knows a key. */
export function sequenceKey({ meter, seq, digest }: SequenceKey): string {
  return `${meter} ${seq} ${digest}`;
}

/** When readings without a time came first. */
export interface RedeliveryMemory {
  /** The remembered times, epoch milliseconds, by {@link sequenceKey}; what is not remembered is left out. */
  recall(keys: readonly SequenceKey[]): Promise<Map<string, number>>;
  /** Durable when it resolves; replaces what is remembered under the same key, and may forget all before a time. */
  remember(times: readonly (SequenceKey & { observedAtMs: number })[], forgetBeforeMs: number): Promise<void>;
}
