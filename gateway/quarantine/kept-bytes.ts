import { setImmediate } from 'node:timers/promises';

import { sql, type Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** What quarantine keeps of one collector. */
export interface Kept {
  messages: number;
  /** Payloads and topics, and {@link ROW_BYTES} for each row. */
  bytes: number;
}

/** About what a row costs beside its payload: an array of a thousand wrong items is small, its thousand rows are not. */
export const ROW_BYTES = 160;

const WINDOW_ROWS = 5000;

/** Counts by collector what is kept, in steps between which the thread is free for others. */
export async function countKept(db: Kysely<Database>): Promise<Map<string, Kept>> {
  const kept = new Map<string, Kept>();
  for (let behind = -1; ;) {
    const edge = await db
      .selectFrom('quarantine_message')
      .select('position')
      .where('position', '>', behind)
      .orderBy('position')
      .limit(1)
      .offset(WINDOW_ROWS - 1)
      .executeTakeFirst();
    const upTo = edge?.position ?? Number.MAX_SAFE_INTEGER;
    const messages = await db
      .selectFrom('quarantine_message')
      .where('position', '>', behind)
      .where('position', '<=', upTo)
      .select([sql<string>`coalesce(collector, '')`.as('collector'), (eb) => eb.fn.countAll<number>().as('messages')])
      .select(sql<number>`sum(length(payload) + length(topic))`.as('bytes'))
      .groupBy(sql`coalesce(collector, '')`)
      .execute();
    const items = await db
      .selectFrom('quarantine_message')
      .innerJoin('quarantine', 'quarantine.position', 'quarantine_message.position')
      .where('quarantine_message.position', '>', behind)
      .where('quarantine_message.position', '<=', upTo)
      .select([sql<string>`coalesce(collector, '')`.as('collector'), (eb) => eb.fn.countAll<number>().as('items')])
      .groupBy(sql`coalesce(collector, '')`)
      .execute();
    for (const row of messages) addKept(kept, row.collector, row.messages, row.bytes + row.messages * ROW_BYTES);
    for (const row of items) addKept(kept, row.collector, 0, row.items * ROW_BYTES);
    if (edge === undefined) return kept;
    behind = edge.position;
    await setImmediate();
  }
}

/** Adds to what is kept of a collector; negative amounts take away, and a collector of which nothing is left goes. */
export function addKept(kept: Map<string, Kept>, collector: string, messages: number, bytes: number): void {
  const sum = {
    messages: messages + (kept.get(collector)?.messages ?? 0),
    bytes: bytes + (kept.get(collector)?.bytes ?? 0),
  };
  if (sum.messages <= 0) kept.delete(collector);
  else kept.set(collector, sum);
}
