import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/**
 * Notes, by institution, from which instant on rules have to judge again; an earlier one that is noted already stays.
 * Call it in the transaction of what changed.
 */
export async function noteInstitutions(
  trx: Kysely<Database>,
  fromMsOf: Iterable<readonly [institution: string, fromMs: number]>,
): Promise<void> {
  for (const [institution_id, from_ms] of fromMsOf) {
    await trx
      .insertInto('usage_change')
      .values({ institution_id, from_ms, revision: 1 })
      .onConflict((conflict) =>
        conflict.column('institution_id').doUpdateSet((eb) => ({
          from_ms: eb
            .case()
            .when('excluded.from_ms', '<', eb.ref('usage_change.from_ms'))
            .then(eb.ref('excluded.from_ms'))
            .else(eb.ref('usage_change.from_ms'))
            .end(),
          revision: eb('usage_change.revision', '+', 1),
        })),
      )
      .execute();
  }
}
