import { unitFactor, unitsOf, type Medium, type Metric } from '../../domain/quantity.ts';
import { FLAG_RECEIPT_TIME, type QuarantineReason, type ReadingRow } from '../../domain/reading.ts';
import type { DecodedItem } from '../decode/decoded.ts';
import type { DirectoryMeter } from '../directory.ts';
import { parseTime } from './time.ts';

/** What readings are held against. */
export interface ValidationLimits {
  /** A device clock further ahead of the receipt than this is wrong. */
  maxAheadMs: number;
  /** Readings older than this before their receipt are not kept. */
  retentionMs: number;
}

/** Where and when the message came in. */
export interface Receipt {
  receivedAtMs: number;
  source: string;
  position: number;
}

/** A reading that carries no time but a number, by which it is recognised when it comes again. */
export interface Undated {
  seq: number;
  /** What it says, the same for the same quantities however they were written. */
  content: string;
}

/** The rows of a reading, or why it goes to quarantine. `undated`: their time is to be settled yet. */
export type Validated =
  | { ok: true; rows: ReadingRow[]; undated?: Undated }
  | { ok: false; reason: QuarantineReason; detail: string };

/** Quantities that count in the unit the reading names, or else in that of the meter's register. */
const COUNTED = ['total', 'delta'] as const satisfies readonly Metric[];
const PLAIN = [
  'rate',
  'temperature',
  'setpoint',
  'supply',
  'return',
  'voltage',
  'current',
  'powerFactor',
] as const satisfies readonly Metric[];
const REGISTERS = ['reverse', 't1', 't2', 't3', 't4'] as const satisfies readonly Metric[];
const VOLUME = ['volume'] as const satisfies readonly Metric[];
/**
 * In the canonical unit, and more than any register shows. Usage is summed in millionths, in 64 bits: they must hold
 * the jumps of thousands of broken meters, or one of them would take everybody's sums with it.
 */
const MAX_VALUE = 1e9;

/** Holds one decoded reading against the registry and the limits, and brings it to canonical units. */
export function validate(
  item: DecodedItem,
  meter: DirectoryMeter | undefined,
  receipt: Receipt,
  limits: ValidationLimits,
): Validated {
  if (meter === undefined) return refuse('unknown-meter', `No meter ${item.meter} is registered`);
  if (meter.collectorId !== receipt.source) {
    return refuse('foreign-meter', `Meter ${meter.id} belongs to another collector than ${receipt.source}`);
  }
  const time = deviceTime(item.fields['ts'], receipt, limits);
  if (!time.ok) return time;
  const delta = item.fields['delta'];
  const from = item.fields['from'];
  if (delta !== undefined && !isBefore(from, time.ms)) {
    return refuse('bad-time', '"delta" needs "from", a time before "ts"');
  }
  const factor = factorOf(meter, item.fields['unit']);
  if (typeof factor !== 'number') return factor;

  const rows: ReadingRow[] = [];
  const values = quantitiesOf(item.fields, factor, meter.medium);
  if (!values.ok) return values;
  for (const [metric, value] of values.found) {
    rows.push({
      meter: meter.id,
      metric,
      observedAtMs: time.ms,
      value,
      receivedAtMs: receipt.receivedAtMs,
      flags: time.flags,
      position: receipt.position,
    });
  }
  if (rows.length === 0) {
    return refuse('no-quantity', 'The reading carries none of total, delta, rate, registers, temperature, …');
  }
  const seq = item.fields['seq'];
  if (time.flags !== FLAG_RECEIPT_TIME || !Number.isSafeInteger(seq)) return { ok: true, rows };
  const since = delta === undefined ? undefined : parseTime(from);
  return { ok: true, rows, undated: { seq: seq as number, content: JSON.stringify([values.found, since]) } };
}

function deviceTime(
  ts: unknown,
  receipt: Receipt,
  limits: ValidationLimits,
): { ok: true; ms: number; flags: number } | (Validated & { ok: false }) {
  if (ts === undefined) return { ok: true, ms: receipt.receivedAtMs, flags: FLAG_RECEIPT_TIME };
  const time = parseTime(ts);
  if (!time.ok) return time;
  const aheadMs = time.ms - receipt.receivedAtMs;
  if (aheadMs > limits.maxAheadMs) {
    return refuse('clock-ahead', `"ts" is ${Math.round(aheadMs / 1000)} s ahead of the receipt`);
  }
  if (-aheadMs > limits.retentionMs) {
    return refuse('too-old', '"ts" is older than what is kept; epoch times are in milliseconds');
  }
  return { ok: true, ms: time.ms, flags: 0 };
}

function isBefore(from: unknown, ms: number): boolean {
  const time = parseTime(from);
  return time.ok && time.ms < ms;
}

function factorOf(meter: DirectoryMeter, unit: unknown): number | (Validated & { ok: false }) {
  const name = unit ?? meter.registerUnit;
  const factor = typeof name === 'string' ? unitFactor(meter.medium, name) : undefined;
  const found = typeof name === 'string' ? name.slice(0, 32) : 'given';
  return factor ?? refuse('bad-unit', `The unit ${found} is none of ${unitsOf(meter.medium).join(', ')}`);
}

type Quantities = { ok: true; found: [Metric, number][] } | (Validated & { ok: false });

function quantitiesOf(fields: Record<string, unknown>, factor: number, medium: Medium): Quantities {
  const found: [Metric, number][] = [];
  const registers = fields['registers'] ?? undefined;
  if (registers !== undefined && (typeof registers !== 'object' || Array.isArray(registers))) {
    return refuse('bad-value', '"registers" is an object of numbers');
  }
  // The volume beside a heat register is in cubic metres whatever the register counts in.
  const volumeFactor = medium === 'water' ? factor : 1;
  return (
    take(found, COUNTED, fields, factor) ??
    take(found, PLAIN, fields, 1) ??
    (registers === undefined
      ? undefined
      : (take(found, REGISTERS, registers as Record<string, unknown>, factor) ??
        take(found, VOLUME, registers as Record<string, unknown>, volumeFactor))) ?? { ok: true, found }
  );
}

// Adds those of `metrics` that are given to `found`, or tells which one is no value.
function take(
  found: [Metric, number][],
  metrics: readonly Metric[],
  source: Record<string, unknown>,
  factor: number,
): (Validated & { ok: false }) | undefined {
  for (const metric of metrics) {
    const value = source[metric];
    if (value === undefined) continue;
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      return refuse('bad-value', `"${metric}" is no finite number: ${shown(value)}`);
    }
    const canonical = scaled(value, factor);
    if (Math.abs(canonical) > MAX_VALUE) return refuse('bad-value', `"${metric}" ${value} is larger than any register`);
    found.push([metric, canonical]);
  }
  return undefined;
}

// A factor of 1 must not touch the value: the register is kept to its last digit.
function scaled(value: number, scale: number): number {
  return scale === 1 ? value : value * scale;
}

// Never written out in full: a value nested deep enough would overflow the stack.
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 62));
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? 'an array' : 'an object';
}

function refuse(reason: QuarantineReason, detail: string): { ok: false; reason: QuarantineReason; detail: string } {
  return { ok: false, reason, detail };
}
