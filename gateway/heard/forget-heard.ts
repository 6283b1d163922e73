import type { Kysely } from 'kysely';

import type { OrderedMeter } from '../../domain/quarantine-filter.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { heardNames } from './heard-names.ts';

/** Meters that are registered are strangers no more: what was heard of them goes. */
export async function forgetHeard(db: Kysely<Database>, meters: readonly OrderedMeter[]): Promise<void> {
  const names = await heardNames(db, meters);
  if (names.length === 0) return;
  await db.transaction().execute(async (trx) => {
    for (const { collector, namedBy, name } of names) {
      await trx
        .deleteFrom('heard_meter')
        .where('collector', '=', collector)
        .where('named_by', '=', namedBy)
        .where('name', '=', name)
        .execute();
    }
  });
}
