import type { Kysely } from 'kysely';

import type { QuarantineFilter, ReplayOrder } from '../../domain/quarantine-filter.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';

/** Asks the gateway to try messages of quarantine again; answers with the request's id. With its audit entry. */
export async function requestReplay(db: Kysely<Database>, filter: QuarantineFilter, change: Change): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const id = await insertRequest(trx, filter, change);
    await writeAudit(trx, change, { action: 'replay', object: `replay/${id}`, after: filter });
    return id;
  });
}

/**
 * Asks for what came from a meter before it was registered; call it in the transaction that registers it. (What
 * another collector sends in its name is judged by then, and would only come back.) Always, for its messages may be on the disk and not in quarantine yet: a request that
 * finds nothing is removed by the gateway. The meter's own audit entry tells of it.
 */
export async function requestReplayOfMeter(trx: Kysely<Database>, meter: string, change: Change): Promise<void> {
  await insertRequest(trx, { meter, reasons: ['unknown-meter'], automatic: true }, change);
}

async function insertRequest(db: Kysely<Database>, order: ReplayOrder, change: Change): Promise<number> {
  const { id } = await db
    .insertInto('replay_request')
    .values({
      requested_at: change.nowMs,
      requested_by: change.userId,
      filter: JSON.stringify(order),
      state: 'waiting',
      finished_at: null,
      error: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}
