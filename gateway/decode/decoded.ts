import type { QuarantineReason } from '../../domain/reading.ts';

/** One reading as the message gave it: nothing checked but its shape. */
export interface DecodedItem {
  meter: string;
  /** Index within the message's array; -1 where the message is one reading. */
  index: number;
  fields: Record<string, unknown>;
}

/** Why a message, or one item of it, is no reading. `index` -1: the whole message. */
export interface Refused {
  index: number;
  reason: QuarantineReason;
  /** A sentence for the person who looks: what was found, what was expected. */
  detail: string;
}

/** What a decoder makes of a message. */
export interface Decoded {
  items: DecodedItem[];
  refused: Refused[];
}
