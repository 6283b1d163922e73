import { shortestReal } from '../shortest-real.ts';
import {
  createWireReader,
  DELIMITED,
  FIXED_32,
  FIXED_64,
  readDouble,
  readFloat,
  readLength,
  readText,
  readVarint,
  skipField,
  unsignedOf,
  VARINT,
  type WireReader,
} from './wire-reader.ts';

/** A metric of a Sparkplug B payload, as far as readings need it. */
export interface Metric {
  name?: string;
  /** Decimal, for it may have 64 bits. */
  alias?: string;
  /** Epoch milliseconds. */
  timestamp?: number;
  /** 0: not told. */
  datatype: number;
  isNull: boolean;
  /** Of the properties `engUnit`, `unit`, `units`. */
  unit?: string;
  value: MetricValue;
}

/** An integer is kept in two halves: what it is, its datatype decides. */
export type MetricValue =
  | { kind: 'none' }
  | { kind: 'integer'; low: number; high: number; is64Bit: boolean }
  | { kind: 'real'; real: number }
  | { kind: 'boolean' }
  | { kind: 'text'; text: string }
  | { kind: 'other' };

/** A Sparkplug B payload. */
export interface Payload {
  timestamp?: number;
  sequence?: number;
  metrics: Metric[];
}

/** The payload, or why there is none. */
export type PayloadOutcome =
  | { ok: true; payload: Payload }
  | { ok: false; reason: 'truncated' | 'too-many-items'; detail: string };

/** More than a birth certificate of a large plant has. */
const MAX_METRICS = 50_000;
const NONE: MetricValue = { kind: 'none' };
const BOOLEAN: MetricValue = { kind: 'boolean' };
const OTHER: MetricValue = { kind: 'other' };
const UNIT_PROPERTIES = new Set(['engunit', 'unit', 'units']);

/** Reads a payload (Eclipse Tahu, sparkplug_b.proto). Data sets, templates and what is newer are passed over. */
export function readPayload(bytes: Uint8Array): PayloadOutcome {
  const reader = createWireReader(bytes);
  const payload: Payload = { timestamp: undefined, sequence: undefined, metrics: [] };
  while (reader.at < reader.end) {
    const tag = readVarint(reader);
    if (tag === ((1 << 3) | VARINT)) {
      readVarint(reader);
      payload.timestamp = unsignedOf(reader);
    } else if (tag === ((2 << 3) | DELIMITED)) {
      if (payload.metrics.length === MAX_METRICS) {
        return { ok: false, reason: 'too-many-items', detail: `More than ${MAX_METRICS} metrics in one message` };
      }
      payload.metrics.push(within(reader, readMetric));
    } else if (tag === ((3 << 3) | VARINT)) {
      readVarint(reader);
      payload.sequence = unsignedOf(reader);
    } else skipField(reader, tag & 7);
  }
  if (!reader.isBroken) return { ok: true, payload };
  return { ok: false, reason: 'truncated', detail: 'The payload is no Sparkplug B message, or is cut short' };
}

// Reads a delimited message; what breaks within it breaks the whole.
function within<T>(reader: WireReader, read: (reader: WireReader) => T): T {
  const outer = reader.end;
  const to = readLength(reader);
  reader.end = to;
  const value = read(reader);
  reader.end = outer;
  reader.at = reader.isBroken ? outer : to;
  return value;
}

function readMetric(reader: WireReader): Metric {
  const metric: Metric = {
    name: undefined,
    alias: undefined,
    timestamp: undefined,
    datatype: 0,
    isNull: false,
    unit: undefined,
    value: NONE,
  };
  while (reader.at < reader.end) {
    const tag = readVarint(reader);
    switch (tag) {
      case (1 << 3) | DELIMITED:
        metric.name = readText(reader);
        break;
      case (2 << 3) | VARINT:
        metric.alias = readDecimal(reader);
        break;
      case (3 << 3) | VARINT:
        readVarint(reader);
        metric.timestamp = unsignedOf(reader);
        break;
      case (4 << 3) | VARINT:
        metric.datatype = readVarint(reader);
        break;
      case (7 << 3) | VARINT:
        metric.isNull = readVarint(reader) !== 0;
        break;
      case (9 << 3) | DELIMITED:
        metric.unit = within(reader, readUnit);
        break;
      default:
        readValue(reader, tag, metric);
    }
  }
  return metric;
}

function readValue(reader: WireReader, tag: number, metric: Metric): void {
  switch (tag) {
    case (10 << 3) | VARINT:
    case (11 << 3) | VARINT: {
      readVarint(reader);
      const { low, high } = reader;
      metric.value = { kind: 'integer', low, high, is64Bit: tag >> 3 === 11 };
      return;
    }
    case (12 << 3) | FIXED_32:
      metric.value = { kind: 'real', real: shortestReal(readFloat(reader)) };
      return;
    case (13 << 3) | FIXED_64:
      metric.value = { kind: 'real', real: readDouble(reader) };
      return;
    case (14 << 3) | VARINT:
      readVarint(reader);
      metric.value = BOOLEAN;
      return;
    case (15 << 3) | DELIMITED:
      metric.value = { kind: 'text', text: readText(reader) };
      return;
    default:
      if (tag >> 3 >= 16 && tag >> 3 <= 19) metric.value = OTHER;
      skipField(reader, tag & 7);
  }
}

/** A property set: keys, and values in the same order. */
function readUnit(reader: WireReader): string | undefined {
  let unitIndex = -1;
  let keys = 0;
  let values = 0;
  const texts: (string | undefined)[] = [];
  while (reader.at < reader.end) {
    const tag = readVarint(reader);
    if (tag === ((1 << 3) | DELIMITED)) {
      if (UNIT_PROPERTIES.has(readText(reader).toLowerCase()) && unitIndex < 0) unitIndex = keys;
      keys++;
    } else if (tag === ((2 << 3) | DELIMITED)) {
      const text = within(reader, readPropertyText);
      // A unit stands among the first properties, or is not looked for.
      if (values < MAX_PROPERTIES) texts.push(text);
      values++;
    } else skipField(reader, tag & 7);
  }
  return texts[unitIndex];
}

const MAX_PROPERTIES = 64;

function readPropertyText(reader: WireReader): string | undefined {
  let text: string | undefined;
  while (reader.at < reader.end) {
    const tag = readVarint(reader);
    if (tag === ((8 << 3) | DELIMITED)) text = readText(reader);
    else skipField(reader, tag & 7);
  }
  return text;
}

function readDecimal(reader: WireReader): string {
  readVarint(reader);
  const { low, high } = reader;
  return high === 0 ? String(low) : String((BigInt(high) << 32n) | BigInt(low));
}
