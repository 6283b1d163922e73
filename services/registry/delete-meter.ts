import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import { inTransaction } from './in-transaction.ts';
import { loadMeterHistory } from './meter-history-store.ts';
import { requireNoTerm } from './virtual-meters.ts';

/**
 * Takes out a meter that was entered in error. Fails with `not-found`, and with `conflict` where readings of it are
 * stored (`hasReadings` asks the store), something was read or decided of it by people, another meter stands below it or a
 * virtual one sums it.
 */
export async function deleteMeter(
  db: Kysely<Database>,
  id: string,
  hasReadings: (id: string) => Promise<boolean>,
  change: Change,
): Promise<void> {
  if (await hasReadings(id)) {
    throw new PlatformError(
      'conflict',
      `${id} has readings, which stay: enter its removal on the day on which it was taken out (POST /api/meters/${id}/life)`,
    );
  }
  await inTransaction(db, async (trx) => {
    const before = await loadMeterHistory(trx, id);
    const below = await trx.selectFrom('meter').select('id').where('parent_id', '=', id).executeTakeFirst();
    if (below !== undefined) {
      throw new PlatformError('conflict', `${below.id} stands below ${id}; take it out from there first`);
    }
    await requireNoTerm(trx, id);
    for (const table of ['decision', 'manual_reading'] as const) {
      const row = await trx.selectFrom(table).select('id').where('meter_id', '=', id).executeTakeFirst();
      if (row === undefined) continue;
      const what = table === 'decision' ? 'decisions' : 'readings taken by hand';
      throw new PlatformError(
        'conflict',
        `${id} has ${what}, which stay: enter its removal instead (POST /api/meters/${id}/life)`,
      );
    }
    for (const table of ['meter_event', 'meter_multiplier', 'meter_share'] as const) {
      await trx.deleteFrom(table).where('meter_id', '=', id).execute();
    }
    await trx.deleteFrom('meter').where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'delete', object: `meter/${id}`, before });
  });
}
