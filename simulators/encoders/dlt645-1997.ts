import { bug } from '../../domain/errors.ts';
import { dlt645Frame } from './dlt645-frame.ts';
import { dlt645Data, identifierBytes, type ValueLayout } from './dlt645-layout.ts';

const ANSWER = 0x81;
const REFUSAL = 0xc1;

/** Layouts by the identifier's first bytes; the longest that fits holds (annex A of DL/T 645-1997). */
const LAYOUTS: Record<string, ValueLayout> = {
  '90': { bytes: 4, places: 2, signed: false },
  '91': { bytes: 4, places: 2, signed: false },
  '94': { bytes: 4, places: 2, signed: false },
  B61: { bytes: 2, places: 0, signed: false },
  B62: { bytes: 2, places: 2, signed: false },
  B63: { bytes: 3, places: 4, signed: false },
  B64: { bytes: 2, places: 2, signed: false },
  B65: { bytes: 2, places: 3, signed: false },
};

/**
 * A meter's answer to reading a data identifier (hex, DI1 first, as `9010`) of DL/T 645-1997: active registers 90xx in
 * kWh, reactive 91xx in kvarh, B61x V, B62x A, B63x kW, B64x kvar, B65x power factor. `901F` is the block of the
 * total and its tariffs. Where a register has no value (null), its bytes are `FF`.
 */
export function encodeDlt645Of1997(
  address: string,
  identifier: string,
  values: readonly (number | null)[],
  preamble = 0,
): Buffer {
  const layout = LAYOUTS[identifier.slice(0, 3)] ?? LAYOUTS[identifier.slice(0, 2)] ?? bug(`no layout: ${identifier}`);
  const data = dlt645Data(identifierBytes(identifier), layout, values);
  return dlt645Frame({ address, control: ANSWER, data, preamble });
}

/** A meter's refusal; bit 1 of `code` says that it has no such data. */
export function encodeDlt645RefusalOf1997(address: string, code = 0x02, preamble = 0): Buffer {
  return dlt645Frame({ address, control: REFUSAL, data: Uint8Array.of(code), preamble });
}
