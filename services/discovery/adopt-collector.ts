import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Change } from '../accounts/audit.ts';
import { createCollector, type NewCollector } from '../registry/collectors.ts';
import { inTransaction } from '../registry/in-transaction.ts';

/**
 * Registers a collector that was heard and gives its token, shown this once. Fails with `not-found` where none of that
 * name was heard, and as entering a collector does.
 */
export async function adoptCollector(
  db: Kysely<Database>,
  input: NewCollector,
  change: Change,
): Promise<{ id: string; token: string }> {
  return inTransaction(db, async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('heard_collector')
      .where('name', '=', input.id)
      .executeTakeFirstOrThrow();
    if (Number(numDeletedRows) === 0) {
      throw new PlatformError('not-found', `id: no collector ${input.id} was heard that is not registered`);
    }
    return createCollector(trx, input, change);
  });
}
