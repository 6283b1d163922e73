import { sql, type Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import { addKept, ROW_BYTES, type Kept } from './kept-bytes.ts';

/** Why quarantine let a message go. */
export type EvictionCause = 'age' | 'size';

/** A message that may go, with what it takes. */
export interface Evictable {
  position: number;
  collector: string;
  bytes: number;
}

/** The oldest messages, of one collector or of all that came before an instant. */
export async function oldestMessages(
  db: Kysely<Database>,
  which: { collector: string } | { beforeMs: number },
  limit: number,
): Promise<Evictable[]> {
  let query = db
    .selectFrom('quarantine_message')
    .select(['position', 'collector', sql<number>`length(payload) + length(topic)`.as('bytes')])
    .select((eb) =>
      eb
        .selectFrom('quarantine')
        .whereRef('quarantine.position', '=', 'quarantine_message.position')
        .select((count) => count.fn.countAll<number>().as('items'))
        .as('items'),
    )
    .orderBy('received_at')
    .limit(limit);
  if ('beforeMs' in which) query = query.where('received_at', '<', which.beforeMs);
  else if (which.collector !== '') query = query.where('collector', '=', which.collector);
  else query = query.where((eb) => eb.or([eb('collector', 'is', null), eb('collector', '=', '')]));
  const rows = await query.execute();
  return rows.map(({ position, collector, bytes, items }) => ({
    position,
    collector: collector ?? '',
    bytes: bytes + (1 + (items ?? 0)) * ROW_BYTES,
  }));
}

/** Removes messages with their items and counts them by cause, all in one transaction; tells how many there were. */
export async function evict(
  db: Kysely<Database>,
  messages: readonly Evictable[],
  cause: EvictionCause,
  kept: Map<string, Kept>,
): Promise<number> {
  const positions = messages.map(({ position }) => position);
  const removed = await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('quarantine').where('position', 'in', positions).execute();
    const { numDeletedRows } = await trx
      .deleteFrom('quarantine_message')
      .where('position', 'in', positions)
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('quarantine_evicted')
      .values({ cause, messages: Number(numDeletedRows) })
      .onConflict((conflict) =>
        conflict.column('cause').doUpdateSet((eb) => ({
          messages: eb('quarantine_evicted.messages', '+', Number(numDeletedRows)),
        })),
      )
      .execute();
    return Number(numDeletedRows);
  });
  for (const { collector, bytes } of messages) addKept(kept, collector, -1, -bytes);
  return removed;
}
