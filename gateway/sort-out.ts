import { setImmediate } from 'node:timers/promises';

import { normaliseAddress } from '../domain/meter-address.ts';
import type { QuarantineReason, ReadingRow } from '../domain/reading.ts';
import type { Zone } from '../domain/zone.ts';
import type { DecodedItem } from './decode/decoded.ts';
import { decodeMessage } from './decode/decode-message.ts';
import type { DecodingContext } from './decode/decoding-context.ts';
import type { Directory } from './directory.ts';
import type { SparkplugMemory } from './keep-sessions.ts';
import type { HeardItem, QuarantineEntry } from './quarantine/quarantine.ts';
import { resolveMeter } from './resolve-meter.ts';
import type { SpooledMessage } from './spool/record.ts';
import { routeOf } from './topic.ts';
import { validate, type Undated, type ValidationLimits } from './validate/validate.ts';

/** The item of a message that something came from; `index` -1: the whole message. */
export interface Origin {
  message: SpooledMessage;
  index: number;
  /** Whose the message is. */
  collector: string;
  /** The meter that the item names, or its topic, or that has the address. */
  meter?: string | undefined;
  /** The address that the item names. */
  address?: string | undefined;
}

/** Messages taken apart: what is to be stored, and what is to be quarantined. */
export interface Batch {
  rows: ReadingRow[];
  /** Where the row at the same index came from. */
  origins: Origin[];
  entries: QuarantineEntry[];
  /** Readings whose rows [from, to) carry the receipt time until it is settled; see settleTimes. */
  undated: (Undated & { from: number; to: number })[];
}

/** What messages are taken apart with. */
export interface SortingContext {
  baseTopic: string;
  directory: Directory;
  /** In which devices without an offset tell the time. */
  zone: Zone;
  limits: ValidationLimits;
  /** Births and nodes of Sparkplug; changed by what is taken apart. */
  sparkplug: Pick<SparkplugMemory, 'sessions'>;
}

/** Messages taken apart without a pause: others on the thread wait for some milliseconds. */
const MESSAGES_AT_ONCE = 2000;

/**
 * Decodes and validates messages, with a pause for others every {@link MESSAGES_AT_ONCE}. Every item ends as rows or as
 * an entry; never fails, whatever the bytes.
 */
export async function sortOut(messages: readonly SpooledMessage[], context: SortingContext): Promise<Batch> {
  const batch: Batch = { rows: [], origins: [], entries: [], undated: [] };
  for (let from = 0; from < messages.length; from += MESSAGES_AT_ONCE) {
    if (from > 0) await setImmediate();
    sortInto(batch, messages.slice(from, from + MESSAGES_AT_ONCE), context);
  }
  return batch;
}

function sortInto(batch: Batch, messages: readonly SpooledMessage[], context: SortingContext): void {
  const { directory, limits } = context;
  const decoding: DecodingContext = {
    baseTopic: context.baseTopic,
    zone: context.zone,
    sessions: context.sparkplug.sessions,
    findBinding: (topic, source) => directory.findBinding(topic, source),
  };
  for (const message of messages) {
    const { collector, items, refused } = decodeMessage(message, decoding);
    for (const { index, address, ...refusal } of refused) {
      const meter = meterOfTopic(message, context.baseTopic);
      putEntry(batch, { message, index, collector, meter, address }, refusal, directory);
    }
    for (const item of items) {
      const { meter, address } = item;
      const origin: Origin = { message, index: item.index, collector, meter, address };
      const resolved = resolveMeter(item, collector, message.receivedAtMs, directory);
      if (resolved.address !== undefined) origin.address = resolved.address;
      if (!resolved.ok) {
        putEntry(batch, origin, resolved, directory, heardOf(item));
        continue;
      }
      origin.meter = resolved.meter.id;
      const outcome = validate(item, resolved.meter, message, limits);
      if (!outcome.ok) {
        putEntry(batch, origin, outcome, directory);
        continue;
      }
      if (outcome.undated !== undefined) {
        const from = batch.rows.length;
        batch.undated.push({ ...outcome.undated, from, to: from + outcome.rows.length });
      }
      for (const row of outcome.rows) {
        batch.rows.push(row);
        batch.origins.push(origin);
      }
    }
  }
}

function putEntry(
  batch: Batch,
  origin: Origin,
  { reason, detail }: Refusal,
  directory: Pick<Directory, 'isCollector'>,
  heard?: HeardItem,
): void {
  const entry = quarantineEntry(origin, reason, detail);
  if (heard !== undefined) entry.heard = heard;
  // A collector that the registry does not know has no meters: whatever comes of it is an entry.
  if (origin.collector !== '' && !directory.isCollector(origin.collector)) entry.isOfStranger = true;
  batch.entries.push(entry);
}

interface Refusal {
  reason: QuarantineReason;
  detail: string;
}

/** The quarantine entry of an item, with the bytes of its whole message. */
export function quarantineEntry(origin: Origin, reason: QuarantineReason, detail: string): QuarantineEntry {
  const { message, index, collector, meter, address } = origin;
  const entry: QuarantineEntry = {
    position: message.position,
    index,
    receivedAtMs: message.receivedAtMs,
    topic: message.topic,
    collector,
    payload: message.payload,
    reason,
    detail,
  };
  if (meter !== undefined) entry.meter = meter;
  if (address !== undefined) entry.address = normaliseAddress(address);
  return entry;
}

function heardOf({ format = 'native-json', fields, otherAddresses }: DecodedItem): HeardItem {
  if (otherAddresses === undefined) return { format, fields };
  return { format, fields, otherAddresses: otherAddresses.map(normaliseAddress) };
}

function meterOfTopic(message: SpooledMessage, baseTopic: string): string | undefined {
  const route = routeOf(message.topic, baseTopic);
  return route.kind === 'reading' ? route.meter : undefined;
}
