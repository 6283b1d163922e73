import type { QuarantineReason } from '../../domain/reading.ts';
import type { WireFormat } from '../../domain/wire-format.ts';

/** A message, or one item of it, that became no reading. */
export interface QuarantineEntry {
  position: number;
  /** Index within the message's array; -1: the whole message. */
  index: number;
  receivedAtMs: number;
  topic: string;
  /** Whose it is: the MQTT user, or whom a binding names. */
  collector: string;
  /** The meter that the item names, or its topic; registered or not. */
  meter?: string;
  /** The address on the wire that the item names, normalised. */
  address?: string;
  payload: Uint8Array;
  reason: QuarantineReason;
  detail: string;
  /** Where the registry does not know the meter: what is to be remembered of it. */
  heard?: HeardItem;
  /** The registry does not know the collector. */
  isOfStranger?: boolean;
}

/** What an item says of a meter that the registry does not know. */
export interface HeardItem {
  format: WireFormat;
  fields: Record<string, unknown>;
  /** Of its address, normalised. */
  otherAddresses?: readonly string[];
}

/** Keeps what is no reading, with its bytes. Durable when it resolves; the same (position, index) twice is one. */
export interface Quarantine {
  put(entries: readonly QuarantineEntry[]): Promise<void>;
}
