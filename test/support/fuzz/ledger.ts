import { createHash } from 'node:crypto';

import { METRICS } from '../../../domain/quantity.ts';
import { scaledBy } from '../../../domain/scaled-by.ts';

/** A publish of which the broker has said that it is on disk. */
export interface AcknowledgedMessage {
  collector: string;
  topic: string;
  payload: Buffer;
}

/** An entry of quarantine as the API shows it. */
export interface ShownEntry {
  id: number;
  collector: string | null;
  topic: string;
  payload: string;
  index: number | null;
  reason: string;
}

/** A reading as the API shows it: `ts`, `flags`, and a number for each quantity. */
export interface ShownReading extends Record<string, unknown> {
  ts: string;
  flags: string[];
}

/** What became of all that was acknowledged. */
export interface Reconciled {
  /** What is nowhere, is in both places, or is in quarantine and was never sent; in words, the first few. */
  problems: string[];
  problemCount: number;
  /** Values that the items which are not in quarantine must have been counted as: stored, duplicate or conflict. */
  values: number;
  /** Items of messages that are readings. */
  readings: number;
  /** Items, or whole messages, in quarantine. */
  quarantined: number;
  /** Values without a device time that are not there: another of the same millisecond took their place. */
  displaced: number;
}

type Item = Record<string, unknown>;

const REGISTERS: ReadonlySet<string> = new Set(['reverse', 't1', 't2', 't3', 't4', 'volume']);
const COUNTED: ReadonlySet<string> = new Set(['total', 'delta', 'reverse', 't1', 't2', 't3', 't4']);
const FACTORS: Record<string, number> = { Wh: 0.001, kWh: 1, MWh: 1000 };
const OWN_READING = /^energy\/v1\/[^/]+\/([^/]+)\/reading$/;
const SHOWN_PROBLEMS = 10;

/**
 * Holds what was acknowledged against what the API shows: each item of each message is in quarantine, or its values
 * are readable at its meter and time. What an item means is read from its bytes here anew, by docs/formats/mqtt.md.
 * Meters are of electricity, with registers in kWh.
 */
export function reconcile(
  acknowledged: readonly AcknowledgedMessage[],
  entries: readonly ShownEntry[],
  readings: ReadonlyMap<string, readonly ShownReading[]>,
): Reconciled {
  const result: Reconciled = { problems: [], problemCount: 0, values: 0, readings: 0, quarantined: 0, displaced: 0 };
  const complain = (what: string, message: { topic: string; payload: Buffer }): void => {
    result.problemCount++;
    if (result.problems.length >= SHOWN_PROBLEMS) return;
    result.problems.push(`${what}: ${message.topic.slice(0, 100)} ${message.payload.toString('latin1').slice(0, 300)}`);
  };

  const quarantine = new Map<string, Map<number, number>>();
  for (const { collector, topic, payload, index } of entries) {
    const key = keyOf(collector ?? '', topic, Buffer.from(payload, 'base64'));
    const items = entryOf(quarantine, key, () => new Map<number, number>());
    items.set(index ?? -1, (items.get(index ?? -1) ?? 0) + 1);
  }
  const messages = new Map<string, { message: AcknowledgedMessage; count: number }>();
  for (const message of acknowledged) {
    const key = keyOf(message.collector, message.topic, message.payload);
    const known = messages.get(key);
    if (known === undefined) messages.set(key, { message, count: 1 });
    else known.count++;
  }

  // 1. Which items are in quarantine, which must be readable.
  const expected = new Map<string, Set<number>>();
  const untimed: { meter: string; metric: string; value: number; count: number }[] = [];
  for (const [key, { message, count }] of messages) {
    const refused = quarantine.get(key) ?? new Map<number, number>();
    quarantine.delete(key);
    for (const [index, times] of refused) {
      result.quarantined += times;
      if (times !== count) complain(`item ${index} sent ${count} times, ${times} times in quarantine`, message);
    }
    if (refused.has(-1)) {
      if (refused.size > 1) complain('in quarantine as a whole and by items', message);
      continue;
    }
    const items = itemsOf(message);
    if (items === undefined) complain('neither readable nor in quarantine', message);
    for (const [index, item] of (items ?? []).entries()) {
      if (refused.has(index)) continue;
      const reading = item === undefined ? undefined : readingOf(item, message.topic);
      if (reading === undefined) {
        complain(`item ${index} is no reading and not in quarantine`, message);
        continue;
      }
      result.readings += count;
      result.values += count * reading.values.size;
      for (const [metric, value] of reading.values) {
        if (reading.ms === undefined) untimed.push({ meter: reading.meter, metric, value, count });
        else entryOf(expected, `${reading.meter}|${metric}|${reading.ms}`, () => new Set<number>()).add(value);
      }
    }
  }
  for (const [key, items] of quarantine) complain(`${items.size} entries of quarantine were never sent`, unsent(key));

  // 2. Whether they are readable: one of the values that were sent at that meter and time.
  const shown = new Map<string, number>();
  const received = new Map<string, Set<number>>();
  for (const [meter, items] of readings) {
    for (const item of items) {
      for (const metric of METRICS) {
        const value = item[metric];
        if (typeof value !== 'number') continue;
        shown.set(`${meter}|${metric}|${Date.parse(item.ts)}`, value);
        if (item.flags.length > 0) entryOf(received, `${meter}|${metric}`, () => new Set<number>()).add(value);
      }
    }
  }
  for (const [key, values] of expected) {
    const value = shown.get(key);
    if (value === undefined || !values.has(value)) {
      complain(`not readable, or another value (${value})`, {
        topic: key,
        payload: Buffer.from([...values].join(' ')),
      });
    }
  }
  for (const { meter, metric, value } of untimed) {
    if (received.get(`${meter}|${metric}`)?.has(value) !== true) result.displaced++;
  }
  return result;
}

/** The items of a message whose payload is JSON; undefined where it can be no reading at all. */
function itemsOf(message: AcknowledgedMessage): (Item | undefined)[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(message.payload));
  } catch {
    return undefined;
  }
  const items: unknown[] = Array.isArray(value) ? value : [value];
  if (items.length === 0 || items.length > 1000) return undefined;
  return items.map((item) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? (item as Item) : undefined,
  );
}

function readingOf(item: Item, topic: string): { meter: string; ms?: number; values: Map<string, number> } | undefined {
  const meter = OWN_READING.exec(topic)?.[1] ?? item['meter'];
  const { ts, unit } = item;
  const ms = instantOf(ts);
  const factor = typeof unit === 'string' ? FACTORS[unit] : 1;
  const registers = (item['registers'] ?? {}) as Item;
  const values = new Map<string, number>();
  for (const metric of METRICS) {
    // It is no field of a message: it is where the amount of a delta says that it begins.
    if (metric === 'deltaFrom') continue;
    const value = REGISTERS.has(metric) ? registers[metric] : item[metric];
    if (value === undefined) continue;
    if (typeof value !== 'number') return undefined;
    values.set(metric, COUNTED.has(metric) ? scaledBy(value, factor ?? Number.NaN) : value);
  }
  const from = instantOf(item['from']);
  if (values.has('delta') && from !== undefined) values.set('deltaFrom', from);
  if (typeof meter !== 'string' || values.size === 0 || Number.isNaN(ms ?? 0)) return undefined;
  if (ms === undefined && ts !== undefined) return undefined;
  return { meter, values, ...(ms === undefined ? {} : { ms }) };
}

function instantOf(time: unknown): number | undefined {
  if (typeof time === 'number') return Math.round(time);
  return typeof time === 'string' ? Date.parse(time) : undefined;
}

function keyOf(collector: string, topic: string, payload: Buffer): string {
  return createHash('sha1').update(`${collector}\0${topic}\0`).update(payload).digest('base64');
}

function unsent(key: string): { topic: string; payload: Buffer } {
  return { topic: key, payload: Buffer.alloc(0) };
}

function entryOf<T>(map: Map<string, T>, key: string, create: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const created = create();
  map.set(key, created);
  return created;
}
