import { setImmediate } from 'node:timers/promises';

import type { QuarantineReason, ReadingRow } from '../domain/reading.ts';
import { decodeMessage } from './decode/decode-message.ts';
import type { Directory } from './directory.ts';
import type { QuarantineEntry } from './quarantine/quarantine.ts';
import type { SpooledMessage } from './spool/record.ts';
import { routeOf } from './topic.ts';
import { validate, type Undated, type ValidationLimits } from './validate/validate.ts';

/** The item of a message that something came from; `index` -1: the whole message. */
export interface Origin {
  message: SpooledMessage;
  index: number;
  /** The meter that the item names, or its topic. */
  meter?: string;
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
  limits: ValidationLimits;
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
  for (const message of messages) {
    const decoded = decodeMessage(message, context.baseTopic);
    for (const { index, reason, detail } of decoded.refused) {
      const meter = meterOfTopic(message, context.baseTopic);
      batch.entries.push(quarantineEntry({ message, index, meter }, reason, detail));
    }
    for (const item of decoded.items) {
      const meter = item.meter ?? '';
      const origin = { message, index: item.index, meter };
      const outcome = validate(item, context.directory.meter(meter), message, context.limits);
      if (!outcome.ok) {
        batch.entries.push(quarantineEntry(origin, outcome.reason, outcome.detail));
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

/** The quarantine entry of an item, with the bytes of its whole message. */
export function quarantineEntry(origin: Origin, reason: QuarantineReason, detail: string): QuarantineEntry {
  const { message, index, meter } = origin;
  return {
    position: message.position,
    index,
    receivedAtMs: message.receivedAtMs,
    topic: message.topic,
    collector: message.source,
    meter,
    payload: message.payload,
    reason,
    detail,
  };
}

function meterOfTopic(message: SpooledMessage, baseTopic: string): string | undefined {
  const route = routeOf(message.topic, baseTopic);
  return route.kind === 'reading' ? route.meter : undefined;
}
