import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { addKept, ROW_BYTES, type Kept } from './kept-bytes.ts';
import type { QuarantineEntry } from './quarantine.ts';

/** Rows of one statement: five columns each, below what SQLite takes as variables even when it is built small. */
const ROWS = 150;

/** What an insertion added; undefined where some of it stood there already, so that only counting tells. */
export type Added = Map<string, Kept> | undefined;

/** Writes entries, a message's bytes once; what stands there already stays. Call it in a transaction. */
export async function insertEntries(trx: Kysely<Database>, entries: readonly QuarantineEntry[]): Promise<Added> {
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
  for (const rows of inParts(entries, ROWS)) {
    const result = await trx
      .insertInto('quarantine')
      .values(
        rows.map(({ position, index, reason, detail, meter }) => ({
          position,
          item_index: index,
          reason,
          detail,
          meter: meter ?? null,
        })),
      )
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    inserted += Number(result.numInsertedOrUpdatedRows);
  }
  return inserted === messages.size + entries.length ? weigh(messages, entries) : undefined;
}

function weigh(messages: ReadonlyMap<number, QuarantineEntry>, entries: readonly QuarantineEntry[]): Map<string, Kept> {
  const added = new Map<string, Kept>();
  for (const { collector, payload, topic } of messages.values()) {
    addKept(added, collector, 1, payload.length + topic.length + ROW_BYTES);
  }
  for (const { collector } of entries) addKept(added, collector, 0, ROW_BYTES);
  return added;
}
