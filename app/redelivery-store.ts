import { sql, type Kysely, type RawBuilder } from 'kysely';

import { inParts } from '../domain/in-parts.ts';
import { sequenceKey, type RedeliveryMemory, type SequenceKey } from '../gateway/redelivery.ts';
import type { Database } from '../storage/relational/schema.ts';

/** Each key takes three variables of a statement, each time four; SQLite takes 32,766. */
const ROWS_PER_STATEMENT = 5000;
/** What is forgotten is looked for this often, by the time that the readings carry. */
const FORGET_EVERY_MS = 3_600_000;

/** The memory of redeliveries, which messages that are read from the beginning can fill anew. */
export interface RedeliveryStore extends RedeliveryMemory {
  /** Forgets the times from `ms` on. */
  forgetFrom(ms: number): Promise<void>;
}

/** The memory of redeliveries in the registry database: one query and one insert for a batch of ordinary size. */
export function createRedeliveryStore(db: Kysely<Database>): RedeliveryStore {
  let forgottenBeforeMs = Number.NEGATIVE_INFINITY;
  return {
    recall: async (keys) => {
      const found = new Map<string, number>();
      for (const part of inParts(keys, ROWS_PER_STATEMENT)) {
        const rows = await db.selectFrom('reading_sequence').selectAll().where(isOneOf(part)).execute();
        for (const { meter_id: meter, seq, digest, observed_at: at } of rows)
          found.set(sequenceKey({ meter, seq, digest }), at);
      }
      return found;
    },
    remember: async (times, forgetBeforeMs) => {
      const forgets = forgetBeforeMs - forgottenBeforeMs >= FORGET_EVERY_MS;
      await db.transaction().execute(async (trx) => {
        for (const part of inParts(times, ROWS_PER_STATEMENT))
          await trx
            .insertInto('reading_sequence')
            .values(
              part.map(({ meter, seq, digest, observedAtMs }) => ({
                meter_id: meter,
                seq,
                digest,
                observed_at: observedAtMs,
              })),
            )
            .onConflict((conflict) =>
              conflict
                .columns(['meter_id', 'seq', 'digest'])
                .doUpdateSet((eb) => ({ observed_at: eb.ref('excluded.observed_at') })),
            )
            .execute();
        if (forgets) await trx.deleteFrom('reading_sequence').where('observed_at', '<', forgetBeforeMs).execute();
      });
      if (forgets) forgottenBeforeMs = forgetBeforeMs;
    },
    forgetFrom: async (ms) => void (await db.deleteFrom('reading_sequence').where('observed_at', '>=', ms).execute()),
  };
}

// SQLite has no list of rows behind IN, only VALUES; PostgreSQL takes their parameters for text unless told otherwise.
function isOneOf(keys: readonly SequenceKey[]): RawBuilder<boolean> {
  const rows = keys.map(({ meter, seq, digest }) => sql`(${meter}, cast(${seq} as bigint), ${digest})`);
  return sql<boolean>`(meter_id, seq, digest) in (values ${sql.join(rows)})`;
}
