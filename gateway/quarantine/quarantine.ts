import type { QuarantineReason } from '../../domain/reading.ts';

/** A message, or one item of it, that became no reading. */
export interface QuarantineEntry {
  position: number;
  /** Index within the message's array; -1: the whole message. */
  index: number;
  receivedAtMs: number;
  topic: string;
  collector: string;
  /** The meter that the item names, or its topic; registered or not. */
  meter?: string;
  payload: Uint8Array;
  reason: QuarantineReason;
  detail: string;
}

/** Keeps what is no reading, with its bytes. Durable when it resolves; the same (position, index) twice is one. */
export interface Quarantine {
  put(entries: readonly QuarantineEntry[]): Promise<void>;
}
