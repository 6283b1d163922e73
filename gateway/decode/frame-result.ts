import type { QuarantineReason } from '../../domain/reading.ts';
import type { Zone } from '../../domain/zone.ts';

/** What decoders are told beside the bytes. */
export interface DecodeContext {
  /** In which devices without an offset tell the time. */
  zone: Zone;
  receivedAtMs: number;
}

/**
 * One frame taken apart: the quantities in the shape of the platform's JSON (`total` in `unit`, `registers`, `rate` in
 * kW or m³/h, `flow` in m³/h, temperatures in °C …), or why it carries none.
 */
export type FrameResult =
  | {
      ok: true;
      address: string;
      otherAddresses?: readonly string[];
      fields: Record<string, unknown>;
      /** `fields.ts` is the meter's own clock. */
      hasMeterClock?: boolean;
    }
  | { ok: false; reason: QuarantineReason; detail: string; address?: string };
