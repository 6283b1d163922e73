import { DLT645_BIAS, DLT645_DATA_AT, type Dlt645Frame } from './dlt645-frame.ts';
import type { FrameRefusal } from './seal-problem.ts';
import { hexByte } from './hex.ts';

const FROM_METER = 0x80;
const ERROR = 0x40;
const FUNCTION = 0x1f;

/** What an edition of the standard calls its functions, by the low five bits of the control code, and its errors. */
export interface Dlt645Functions {
  functions: Readonly<Record<number, string>>;
  /** Bits of the error word ERR, the lowest first. */
  errors: readonly string[];
}

/** Why a frame whose control code is no read answer carries no reading: a request, another answer, an error. */
export function noDlt645Answer(frame: Uint8Array, opened: Dlt645Frame, known: Dlt645Functions): FrameRefusal {
  const { address, control, dataLength } = opened;
  const purpose = known.functions[control & FUNCTION] ?? 'a function that the standard does not have';
  if ((control & FROM_METER) === 0) {
    const detail = `Control ${hexByte(control)} is a request (${purpose}), not a meter's answer`;
    return { ok: false, reason: 'not-an-answer', detail, address };
  }
  if ((control & ERROR) === 0) {
    const detail = `Control ${hexByte(control)} answers ${purpose} and carries no reading`;
    return { ok: false, reason: 'not-an-answer', detail, address };
  }
  const error = dataLength === 0 ? 0 : (frame[DLT645_DATA_AT]! - DLT645_BIAS) & 0xff;
  const set = known.errors.filter((_, bit) => ((error >> bit) & 1) === 1);
  const words = set.length === 0 ? 'no reason given' : set.join(', ');
  const detail = `The meter refused ${purpose} (control ${hexByte(control)}), ERR ${hexByte(error)}: ${words}`;
  return { ok: false, reason: 'error-answer', detail, address };
}
