import { isRegister } from '../../domain/field-mapping.ts';
import type { Metric } from '../../domain/quantity.ts';
import { bcdAt, isFilledWith, shifted } from './bcd.ts';
import { DLT645_BIAS } from './dlt645-frame.ts';

/** `FF` + 33H: what a meter sends for a phase or a tariff that it does not have. */
const NOT_THERE = (0xff + DLT645_BIAS) & 0xff;

/** A quantity's place in a reading. */
interface Target {
  metric: Metric;
  isRegister: boolean;
}

/** What an identifier of DL/T 645 stands for. */
export interface Identifier {
  /** As the standard names it. */
  name: string;
  /** Bytes of one value on the line; of those the first `digits` bytes are its digits (a demand's time follows). */
  bytes: number;
  digits: number;
  decimals: number;
  isSigned: boolean;
  /** Register that counts in kWh. */
  isEnergy: boolean;
  /** The quantities in the order of the values; undefined for one that a reading has no place for. */
  targets: readonly (Target | undefined)[];
  /** A block may end early, after whole values. */
  isBlock: boolean;
}

/** What an identifier's values look like; `digits` left out, all bytes are digits. */
export interface ValueForm {
  name: string;
  bytes: number;
  digits?: number;
  decimals: number;
  isSigned?: boolean;
  isEnergy?: boolean;
}

/** An identifier of one value. */
export function single(form: ValueForm, metric: Metric): Identifier {
  return { ...identifier(form, [metric]), isBlock: false };
}

/** An identifier of a block (数据块) of values, one behind the other. */
export function block(form: ValueForm, metrics: readonly (Metric | undefined)[]): Identifier {
  return identifier(form, metrics);
}

function identifier(form: ValueForm, metrics: readonly (Metric | undefined)[]): Identifier {
  const targets = metrics.map((metric) =>
    metric === undefined ? undefined : { metric, isRegister: isRegister(metric) },
  );
  const { name, bytes, digits = bytes, decimals, isSigned = false, isEnergy = false } = form;
  return { name, bytes, digits, decimals, isSigned, isEnergy, targets, isBlock: true };
}

/** The fields of a reading, or why there are none. */
export type Dlt645Values =
  | { ok: true; fields: Record<string, unknown> }
  | { ok: false; reason: 'bad-value' | 'no-quantity'; detail: string };

/** Reads the values of `what` at [at, at + length) of a frame, values that are all `FF` left out. */
export function readDlt645Values(bytes: Uint8Array, at: number, length: number, what: Identifier): Dlt645Values {
  const count = length / what.bytes;
  if (what.isBlock ? count < 1 || !Number.isInteger(count) : count !== 1) {
    const expected = what.isBlock ? `a multiple of ${what.bytes}` : String(what.bytes);
    return { ok: false, reason: 'bad-value', detail: `${what.name} has ${expected} bytes of data, found ${length}` };
  }
  const fields: Record<string, unknown> = {};
  let registers: Record<string, number> | undefined;
  const form = { bias: DLT645_BIAS, isSigned: what.isSigned };
  let found = 0;
  for (let i = 0; i < count && i < what.targets.length; i++) {
    const target = what.targets[i];
    const from = at + i * what.bytes;
    if (target === undefined || isFilledWith(NOT_THERE, bytes, from, what.digits)) continue;
    const digits = bcdAt(bytes, from, what.digits, form);
    if (Number.isNaN(digits)) {
      return { ok: false, reason: 'bad-value', detail: `${what.name}: value ${i + 1} holds what are no digits` };
    }
    const value = shifted(digits, -what.decimals);
    if (target.isRegister) (registers ??= {})[target.metric] = value;
    else fields[target.metric] = value;
    found++;
  }
  if (found === 0)
    return { ok: false, reason: 'no-quantity', detail: `${what.name}: the meter has no such value (FF)` };
  if (what.isEnergy) fields['unit'] = 'kWh';
  if (registers !== undefined) fields['registers'] = registers;
  return { ok: true, fields };
}

/**
 * Voltage and current of phase A alone are those of a single-phase meter, which a frame does not tell apart: they stand
 * for the meter too. (Power and power factor have identifiers of their own for the whole meter.)
 */
export function addSinglePhase(fields: Record<string, unknown>): void {
  for (const quantity of ['voltage', 'current'] as const) {
    const a = fields[`${quantity}A`];
    if (a === undefined || fields[`${quantity}B`] !== undefined || fields[`${quantity}C`] !== undefined) continue;
    fields[quantity] = a;
  }
}
