import type { Metric } from './quantity.ts';

/** The receipt time stands in for a device time that the message did not carry. */
export const FLAG_RECEIPT_TIME = 1;

/** The meter's own clock, as a frame carries it, was too far off to be believed: the receipt time stands in for it. */
export const FLAG_METER_CLOCK_OFF = 2;

/** One stored value: (meter, metric, observedAtMs) is its key; the highest position wins. */
export interface ReadingRow {
  meter: string;
  metric: Metric;
  /** Device time, epoch milliseconds. */
  observedAtMs: number;
  /** In the canonical unit of the meter's medium, or of the metric. */
  value: number;
  /** When the gateway received the message, epoch milliseconds. */
  receivedAtMs: number;
  /** Bits: {@link FLAG_RECEIPT_TIME}, {@link FLAG_METER_CLOCK_OFF}. */
  flags: number;
  /** Where the message's bytes stand in the spool. */
  position: number;
}

/** Why a message, or one item of it, went to quarantine instead of the store. */
export const QUARANTINE_REASONS = [
  'not-json',
  'bad-shape',
  'no-quantity',
  'bad-value',
  'bad-unit',
  'bad-time',
  'clock-ahead',
  'too-old',
  'too-many-items',
  'unknown-topic',
  'topic-not-allowed',
  'unknown-meter',
  'unknown-address',
  'foreign-meter',
  'meter-removed',
  'not-a-frame',
  'bad-checksum',
  'truncated',
  'error-answer',
  'not-an-answer',
  'unknown-identifier',
  'unknown-alias',
  'store-rejected',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];
