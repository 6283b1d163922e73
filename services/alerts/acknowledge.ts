import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { forUpdate } from '../../storage/relational/for-update.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { markStaleByAlerts } from '../reports/mark-stale.ts';
import { type AlertState, transition } from './transition.ts';

/** Who takes note of which alert. */
export interface Acknowledgement {
  id: string;
  username: string;
  note?: string;
  nowMs: number;
}

/**
 * Takes note of an alert: open → acknowledged, with an event and a message to send, in one transaction. Done already:
 * nothing changes, nothing is sent. Fails with `not-found`, and with `conflict` where the alert is closed.
 */
export async function acknowledgeAlert(db: Kysely<Database>, input: Acknowledgement): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const query = trx
      .selectFrom('alert')
      .select(['state', 'institution_id', 'active_since'])
      .where('id', '=', input.id);
    const alert = await forUpdate(trx, query).executeTakeFirst();
    if (alert === undefined) throw new PlatformError('not-found', `There is no alert ${input.id}`);
    if (alert.state === 'acknowledged') return;
    const state = transition(alert.state as AlertState, 'acknowledge');
    if (state === undefined) throw new PlatformError('conflict', `The alert ${input.id} is ${alert.state} already`);
    await trx
      .updateTable('alert')
      .set({
        state,
        acknowledged_by: input.username,
        acknowledged_at: input.nowMs,
        updated_at: input.nowMs,
      })
      .where('id', '=', input.id)
      .execute();
    await trx
      .insertInto('alert_event')
      .values({
        alert_id: input.id,
        at: input.nowMs,
        kind: 'acknowledged',
        user_id: input.username,
        note: input.note ?? null,
      })
      .execute();
    await trx
      .insertInto('outbox')
      .values({ channel: 'mqtt', alert_id: input.id, created_at: input.nowMs, delivered_at: null, last_error: null })
      .execute();
    await markStaleByAlerts(trx, alert.institution_id, [alert.active_since]);
  });
}
