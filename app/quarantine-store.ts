import type { Kysely } from 'kysely';

import type { Quarantine } from '../gateway/quarantine.ts';
import type { Database } from '../storage/relational/schema.ts';

/** Quarantine in the registry database: one row an item, the same (position, index) twice is one. */
export function createQuarantineStore(db: Kysely<Database>): Quarantine {
  return {
    put: async (entries) => {
      await db.transaction().execute(async (trx) => {
        for (const entry of entries) {
          await trx
            .insertInto('quarantine')
            .values({
              received_at: entry.receivedAtMs,
              topic: entry.topic,
              collector: entry.collector,
              payload: entry.payload,
              reason: entry.reason,
              detail: entry.detail,
              position: entry.position,
              item_index: entry.index,
            })
            .onConflict((conflict) => conflict.columns(['position', 'item_index']).doNothing())
            .execute();
        }
      });
    },
  };
}
