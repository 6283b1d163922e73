import { bcdAt, isFilledWith, shifted } from '../bcd.ts';
import type { DecodeContext, FrameResult } from '../frame-result.ts';
import { hexByte } from '../hex.ts';
import type { FrameRefusal } from '../seal-problem.ts';
import { CJT188_DATA_AT, openCjt188, type Cjt188Frame } from './frame.ts';
import {
  ANY_TYPE,
  identifierOf,
  isMeterType,
  layoutFor,
  layoutsOf,
  unknownIdentifier,
  type Layout,
} from './identifiers.ts';
import { meterClockAt } from './meter-clock.ts';
import { readUnitFields, type Measured } from './unit-fields.ts';
import { energyIn, valueIn, volumeIn, type Cjt188Unit } from './units.ts';

const FROM_METER = 0x80;
const ERROR = 0x40;
const FUNCTION = 0x1f;
/** Answer to reading data; with 20H more, further frames follow. */
const ANSWER = 0x81;
const ANSWER_WITH_MORE = 0xa1;
/** Identifier and serial. */
const HEAD_BYTES = 3;
const PLAIN_BYTES = 3;
const BARE_BYTES = 4;
const BARE_DECIMALS = 2;

/** What a control code other than a read answer is for (CJ/T 188, 8). */
const FUNCTIONS: Record<number, string> = {
  0x01: 'reading data',
  0x02: 'reading the key version',
  0x03: 'reading the address',
  0x04: 'writing data',
  0x15: 'writing the address',
  0x16: 'synchronising the register',
};

/** Decodes one answer of a CJ/T 188 meter (2004 or 2018, in the dialects that occur), from 68 to 16. Never throws. */
export function decodeCjt188(frame: Uint8Array, context: DecodeContext): FrameResult {
  const opened = openCjt188(frame);
  if (!opened.ok) return opened;
  const { address, control, dataLength, type } = opened;
  if (control !== ANSWER && control !== ANSWER_WITH_MORE) return noAnswer(frame, opened);
  if (type !== ANY_TYPE && !isMeterType(type)) {
    const detail = `Meter type ${hexByte(type)} is none of water, heat, gas or others (10–49)`;
    return { ok: false, reason: 'not-an-answer', detail, address };
  }
  if (dataLength < HEAD_BYTES) {
    const detail = `An answer begins with identifier and serial, 3 bytes; found ${dataLength}`;
    return { ok: false, reason: 'bad-value', detail, address };
  }
  const identifier = identifierOf(frame[CJT188_DATA_AT]!, frame[CJT188_DATA_AT + 1]!);
  const name = hexByte(identifier >> 8) + hexByte(identifier);
  const layouts = layoutsOf(type, identifier, dataLength);
  if (layouts === undefined) {
    const detail = `Identifier ${name} of a meter of type ${hexByte(type)} ${unknownIdentifier(identifier)}`;
    return { ok: false, reason: 'unknown-identifier', detail, address };
  }
  const layout = layoutFor(layouts, dataLength);
  if (layout === undefined) {
    const { bytes } = layouts.standard;
    const detail = `${name} of a meter of type ${hexByte(type)} has ${bytes} bytes of data, found ${dataLength}`;
    return { ok: false, reason: 'bad-value', detail, address };
  }
  return readAnswer(frame, opened, layout, context);
}

function readAnswer(frame: Uint8Array, opened: Cjt188Frame, layout: Layout, context: DecodeContext): FrameResult {
  const { address, otherAddresses } = opened;
  const found = readUnitFields(frame, CJT188_DATA_AT, layout);
  if (!found.ok) return { ok: false, reason: 'bad-value', detail: found.detail, address };
  const fields: Record<string, unknown> = {};
  putMeasured(fields, found.measured);
  for (const { metric, at, decimals } of layout.plainFields) {
    const from = CJT188_DATA_AT + at;
    if (isFilledWith(0xff, frame, from, PLAIN_BYTES)) continue;
    const digits = bcdAt(frame, from, PLAIN_BYTES);
    if (Number.isNaN(digits)) {
      return { ok: false, reason: 'bad-value', detail: `The value "${metric}" holds what are no digits`, address };
    }
    fields[metric] = shifted(digits, -decimals);
  }
  if (layout.bareTotalAt !== undefined) {
    const from = CJT188_DATA_AT + layout.bareTotalAt;
    const digits = isFilledWith(0xff, frame, from, BARE_BYTES) ? undefined : bcdAt(frame, from, BARE_BYTES);
    if (Number.isNaN(digits)) {
      return { ok: false, reason: 'bad-value', detail: 'The value "total" holds what are no digits', address };
    }
    if (digits !== undefined) fields['total'] = shifted(digits, -BARE_DECIMALS);
  }
  if (isEmpty(fields)) {
    return { ok: false, reason: 'no-quantity', detail: 'The meter has none of the values (FF)', address };
  }
  const { clockAt } = layout;
  const clock =
    clockAt === undefined
      ? undefined
      : meterClockAt(frame, CJT188_DATA_AT + clockAt, context.zone, context.receivedAtMs);
  if (clock === undefined) return { ok: true, address, otherAddresses, fields };
  fields['ts'] = clock;
  return { ok: true, address, otherAddresses, fields, hasMeterClock: true };
}

// Registers beside the total count in its unit, whatever unit the meter gives them.
function putMeasured(fields: Record<string, unknown>, measured: readonly Measured[]): void {
  const unit = (measured.find(({ quantity }) => quantity === 'total') ?? measured.find(isEnergyRegister))?.unit;
  let registers: Record<string, number> | undefined;
  for (const { quantity, digits, decimals, unit: own } of measured) {
    switch (quantity) {
      case 'total':
        fields['total'] = valueIn(own, digits, decimals);
        break;
      case 'power':
        fields['rate'] = valueIn(own, digits, decimals);
        break;
      case 'flow':
        fields['flow'] = valueIn(own, digits, decimals);
        break;
      case 'volume':
        (registers ??= {})['volume'] = volumeIn('m3', own, digits, decimals);
        break;
      case 'settled':
      case 'cooling':
        if (unit?.kind === own.kind) (registers ??= {})[quantity] = inUnit(unit, own, digits, decimals);
        break;
      case 'unused':
        break;
    }
  }
  if (unit !== undefined) fields['unit'] = unit.name;
  if (registers !== undefined) fields['registers'] = registers;
}

function isEnergyRegister({ quantity }: Measured): boolean {
  return quantity === 'settled' || quantity === 'cooling';
}

function inUnit(unit: Cjt188Unit, own: Cjt188Unit, digits: number, decimals: number): number {
  if (unit.name === own.name) return valueIn(own, digits, decimals);
  return unit.kind === 'energy'
    ? energyIn(unit, own, digits, decimals)
    : volumeIn(unit.name === 'L' ? 'L' : 'm3', own, digits, decimals);
}

function isEmpty(fields: Record<string, unknown>): boolean {
  for (const _ in fields) return false;
  return true;
}

function noAnswer(frame: Uint8Array, { address, control, dataLength }: Cjt188Frame): FrameRefusal {
  const purpose = FUNCTIONS[control & FUNCTION] ?? 'a function that the standard does not have';
  if ((control & FROM_METER) === 0) {
    const detail = `Control ${hexByte(control)} is a request (${purpose}), not a meter's answer`;
    return { ok: false, reason: 'not-an-answer', detail, address };
  }
  if ((control & ERROR) === 0) {
    const detail = `Control ${hexByte(control)} answers ${purpose} and carries no reading`;
    return { ok: false, reason: 'not-an-answer', detail, address };
  }
  // Serial, then the two bytes of status.
  const status = dataLength < 3 ? 'no status given' : `status ${hexByte(frame[12]!)} ${hexByte(frame[13]!)}`;
  const detail = `The meter refused ${purpose} (control ${hexByte(control)}), ${status}`;
  return { ok: false, reason: 'error-answer', detail, address };
}
