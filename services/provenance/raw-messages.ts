/** One item of a raw message, as the gateway reads it by the registry of today. */
export interface RawItem {
  /** Null where the registry knows none by that name or address, or it belongs to another collector by now. */
  meter: string | null;
  address: string | null;
  /** Within the message's array, or of the frame among several; -1 where the message is one reading. */
  index: number;
  /** Device time, epoch milliseconds; null where the item is no reading. */
  observedAtMs: number | null;
  /** Canonical units, before the multiplier. */
  values: Record<string, number>;
  /** The bytes that are this item's alone: its frame, or its JSON; null where they cannot be told from the rest. */
  part: Uint8Array | null;
}

/** A message as it came in, and what is in it. */
export interface RawMessageAt {
  position: number;
  topic: string;
  /** The MQTT user that sent it. */
  collector: string;
  receivedAtMs: number;
  payload: Uint8Array;
  in: 'spool' | 'archive';
  /** The one meter that all of it is of; null where there are several, or it cannot be told. */
  onlyMeter: string | null;
  items: RawItem[];
}

/** The raw messages that spool and archive hold. */
export interface RawMessages {
  /**
   * The message whose record stands at exactly that position; undefined where none does, or none is kept any more.
   * Throws PlatformError `archive-damaged`.
   */
  at(position: number): Promise<RawMessageAt | undefined>;
}
