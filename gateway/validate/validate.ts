import { unitFactor, unitsOf, type Metric } from '../../domain/quantity.ts';
import {
  FLAG_METER_CLOCK_OFF,
  FLAG_RECEIPT_TIME,
  type QuarantineReason,
  type ReadingRow,
} from '../../domain/reading.ts';
import type { DecodedItem } from '../decode/decoded.ts';
import type { DirectoryMeter } from '../directory.ts';
import { inOrder, quantitiesOf } from './quantities.ts';
import { parseTime } from './time.ts';

/** What readings are held against. */
export interface ValidationLimits {
  /** A device clock further ahead of the receipt than this is wrong. */
  maxAheadMs: number;
  /** Readings older than this before their receipt are not kept. */
  retentionMs: number;
  /** A clock inside a meter that is further behind the receipt than this is not believed. */
  frameClockMs: number;
}

/** Where and when the message came in. */
export interface Receipt {
  receivedAtMs: number;
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

/** Holds one decoded reading of a meter against the registry and the limits, and brings it to canonical units. */
export function validate(
  item: DecodedItem,
  meter: DirectoryMeter,
  receipt: Receipt,
  limits: ValidationLimits,
): Validated {
  const ts = item.fields['ts'];
  const time = item.hasMeterClock === true ? meterTime(ts, receipt, limits) : deviceTime(ts, receipt, limits);
  if (!time.ok) return time;
  if (meter.endedAtMs !== undefined && time.ms >= meter.endedAtMs) {
    return refuse('meter-removed', `Meter ${meter.id} ended at ${new Date(meter.endedAtMs).toISOString()}`);
  }
  const delta = item.fields['delta'];
  const since = delta === undefined ? undefined : parseTime(item.fields['from']);
  if (since !== undefined && !(since.ok && since.ms < time.ms)) {
    return refuse('bad-time', '"delta" needs "from", a time before "ts"');
  }
  const factor = factorOf(meter, item.fields['unit']);
  if (typeof factor !== 'number') return factor;

  const rows: ReadingRow[] = [];
  const values = quantitiesOf(item.fields, factor, meter);
  if (!values.ok) return values;
  const found: [Metric, number][] = since?.ok === true ? [...values.found, ['deltaFrom', since.ms]] : values.found;
  for (const [metric, value] of found) {
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
  if ((time.flags & FLAG_RECEIPT_TIME) === 0 || !Number.isSafeInteger(seq)) return { ok: true, rows };
  return { ok: true, rows, undated: { seq: seq as number, content: JSON.stringify([inOrder(values.found), since]) } };
}

type Timed = { ok: true; ms: number; flags: number } | (Validated & { ok: false });

// A meter whose clock stands at its making measures as well as others: its readings have the time of their receipt.
function meterTime(ts: unknown, receipt: Receipt, limits: ValidationLimits): Timed {
  const time = ts === undefined ? undefined : parseTime(ts);
  if (time?.ok === true) {
    const behindMs = receipt.receivedAtMs - time.ms;
    if (behindMs <= limits.frameClockMs && -behindMs <= limits.maxAheadMs) return { ok: true, ms: time.ms, flags: 0 };
  }
  const flags = ts === undefined ? FLAG_RECEIPT_TIME : FLAG_RECEIPT_TIME | FLAG_METER_CLOCK_OFF;
  return { ok: true, ms: receipt.receivedAtMs, flags };
}

function deviceTime(ts: unknown, receipt: Receipt, limits: ValidationLimits): Timed {
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

function factorOf(meter: DirectoryMeter, unit: unknown): number | (Validated & { ok: false }) {
  const name = unit ?? meter.registerUnit;
  const factor = typeof name === 'string' ? unitFactor(meter.medium, name) : undefined;
  const found = typeof name === 'string' ? name.slice(0, 32) : 'given';
  return factor ?? refuse('bad-unit', `The unit ${found} is none of ${unitsOf(meter.medium).join(', ')}`);
}

function refuse(reason: QuarantineReason, detail: string): { ok: false; reason: QuarantineReason; detail: string } {
  return { ok: false, reason, detail };
}
