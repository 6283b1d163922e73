import type { Kysely } from 'kysely';

import type { Quarantine } from '../gateway/quarantine/quarantine.ts';
import type { Database } from '../storage/relational/schema.ts';

/** Quarantine in the registry database: a message's bytes once, a row an item; the same twice is one. */
export function createQuarantineStore(db: Kysely<Database>): Quarantine {
  return {
    put: async (entries) => {
      await db.transaction().execute(async (trx) => {
        for (const { position, index, receivedAtMs, topic, collector, payload, reason, detail } of entries) {
          await trx
            .insertInto('quarantine_message')
            .values({ position, received_at: receivedAtMs, topic, collector, payload })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
          await trx
            .insertInto('quarantine')
            .values({ position, item_index: index, reason, detail })
            .onConflict((conflict) => conflict.doNothing())
            .execute();
        }
      });
    },
  };
}
