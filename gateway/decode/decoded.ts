import type { QuarantineReason } from '../../domain/reading.ts';
import type { WireFormat } from '../../domain/wire-format.ts';

/** One reading as the message gave it, in the shape of the platform's own JSON: nothing checked but that shape. */
export interface DecodedItem {
  /** The meter's id, where topic or payload name it … */
  meter?: string;
  /** … or its address on the wire, in the notation of its format; found in the registry among the collector's meters. */
  address?: string;
  /** Other notations of the same address, the next best first: the number without its maker's code. */
  otherAddresses?: readonly string[];
  /** Left out for the platform's own JSON. */
  format?: WireFormat;
  /** Index within the message's array, or of the frame among several; -1 where the message is one reading. */
  index: number;
  fields: Record<string, unknown>;
  /** `fields.ts` is a clock inside the meter, of which some are wrong: receipt time stands in where it is too far off. */
  hasMeterClock?: boolean;
}

/** Why a message, or one item of it, is no reading. `index` -1: the whole message. */
export interface Refused {
  index: number;
  reason: QuarantineReason;
  /** A sentence for the person who looks: what was found, what was expected. */
  detail: string;
  /** The address that the frame names, where it could be read. */
  address?: string;
  format?: WireFormat;
}

/** What a decoder makes of a message. */
export interface Decoded {
  items: DecodedItem[];
  refused: Refused[];
}
