import { bug } from '../../domain/errors.ts';
import { dlt645Frame } from './dlt645-frame.ts';
import { dlt645Data, identifierBytes, type ValueLayout } from './dlt645-layout.ts';

/** What a meter adds to, or changes in, an answer. */
export interface AnswerOptions {
  /** Bytes `FE` before the frame. */
  preamble?: number;
  /** Further frames follow (control code B1). */
  more?: boolean;
}

const ANSWER = 0x91;
const ANSWER_WITH_MORE = 0xb1;
const REFUSAL = 0xd1;
const REQUEST = 0x11;

/** Combined active energy and combined reactive energy 1 and 2 may be negative; the other registers only count up. */
const SIGNED_ENERGY: ReadonlySet<string> = new Set(['00', '03', '04']);

/** Instantaneous quantities by the first two bytes of their identifier (annex A, table A.3). */
const INSTANT: Record<string, ValueLayout> = {
  '0201': { bytes: 2, places: 1, signed: false },
  '0202': { bytes: 3, places: 3, signed: true },
  '0203': { bytes: 3, places: 4, signed: true },
  '0204': { bytes: 3, places: 4, signed: true },
  '0205': { bytes: 3, places: 4, signed: true },
  '0206': { bytes: 2, places: 3, signed: true },
};
const FREQUENCY: ValueLayout = { bytes: 2, places: 2, signed: false };

/**
 * A meter's answer to reading a data identifier (hex, DI3 first, as `00010000`) of DL/T 645-2007: energy registers in
 * kWh or kvarh, V, A, kW, kvar, kVA, power factor, Hz. With `FF` as DI1 the values are those of the block: total, then
 * 尖, 峰, 平, 谷; of a network quantity its phases (power: total, then phases).
 */
export function encodeDlt645(
  address: string,
  identifier: string,
  values: readonly (number | null)[],
  { preamble = 0, more = false }: AnswerOptions = {},
): Buffer {
  const data = dlt645Data(identifierBytes(identifier), layoutOf(identifier), values);
  return dlt645Frame({ address, control: more ? ANSWER_WITH_MORE : ANSWER, data, preamble });
}

/** A meter's refusal; bit 1 of `code` says that it has no such data. */
export function encodeDlt645Refusal(address: string, code = 0x02, preamble = 0): Buffer {
  return dlt645Frame({ address, control: REFUSAL, data: Uint8Array.of(code), preamble });
}

/** What a collector asks: heard where a DTU hands on both directions of the line. */
export function encodeDlt645Request(address: string, identifier: string, preamble = 0): Buffer {
  return dlt645Frame({ address, control: REQUEST, data: identifierBytes(identifier), preamble });
}

function layoutOf(identifier: string): ValueLayout {
  const group = identifier.slice(0, 4);
  if (group.startsWith('00')) return { bytes: 4, places: 2, signed: SIGNED_ENERGY.has(group.slice(2)) };
  if (identifier === '02800002') return FREQUENCY;
  return INSTANT[group] ?? bug(`no layout for ${identifier}`);
}
