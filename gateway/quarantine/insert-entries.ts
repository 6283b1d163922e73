import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { noteHeardCollectors, type HeardCollector } from '../heard/note-heard-collectors.ts';
import { noteHeardMeters } from '../heard/note-heard-meters.ts';
import { addKept, ROW_BYTES, type Kept } from './kept-bytes.ts';
import type { QuarantineEntry } from './quarantine.ts';

/** Rows of one statement: six columns each, below what SQLite takes as variables even when it is built small. */
const ROWS = 150;

/** What an insertion added; undefined where some of it stood there already, so that only counting tells. */
export type Added = Map<string, Kept> | undefined;

/**
 * Writes entries, a message's bytes once; what stands there already stays. Meters and collectors that the registry does
 * not know are noted as heard, once for an entry however often it is put. Call it in a transaction.
 */
export async function insertEntries(
  trx: Kysely<Database>,
  entries: readonly QuarantineEntry[],
  heardMaximum: number,
): Promise<Added> {
  const messages = new Map(entries.map((entry) => [entry.position, entry]));
  let inserted = 0;
  for (const rows of inParts([...messages.values()], ROWS)) {
    const result = await trx
      .insertInto('quarantine_message')
      .values(
        rows.map(({ position, receivedAtMs, topic, collector, payload }) => ({
          position,
          received_at: receivedAtMs,
          topic,
          collector,
          payload,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    inserted += Number(result.numInsertedOrUpdatedRows);
  }
  const news: QuarantineEntry[] = [];
  for (const rows of inParts(entries, ROWS)) {
    const result = await trx
      .insertInto('quarantine')
      .values(
        rows.map(({ position, index, reason, detail, meter, address }) => ({
          position,
          item_index: index,
          reason,
          detail,
          meter: meter ?? null,
          address: address ?? null,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning(['position', 'item_index'])
      .execute();
    inserted += result.length;
    if (result.length === rows.length) news.push(...rows);
    else {
      const keys = new Set(result.map(({ position, item_index }) => `${position}/${item_index}`));
      news.push(...rows.filter(({ position, index }) => keys.has(`${position}/${index}`)));
    }
  }
  await noteHeardMeters(trx, news, heardMaximum);
  await noteHeardCollectors(trx, strangersOf(news), heardMaximum);
  return inserted === messages.size + entries.length ? weigh(messages, entries) : undefined;
}

// By message, not by item: an array of a thousand readings is one attempt to be heard.
function strangersOf(news: readonly QuarantineEntry[]): HeardCollector[] {
  const messages = new Map<number, HeardCollector>();
  for (const { isOfStranger, collector, position, receivedAtMs } of news) {
    if (isOfStranger === true)
      messages.set(position, { name: collector, atMs: receivedAtMs, clientId: '', address: '' });
  }
  return [...messages.values()];
}

function weigh(messages: ReadonlyMap<number, QuarantineEntry>, entries: readonly QuarantineEntry[]): Map<string, Kept> {
  const added = new Map<string, Kept>();
  for (const { collector, payload, topic } of messages.values()) {
    addKept(added, collector, 1, payload.length + topic.length + ROW_BYTES);
  }
  for (const { collector } of entries) addKept(added, collector, 0, ROW_BYTES);
  return added;
}
