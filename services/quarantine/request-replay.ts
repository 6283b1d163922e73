import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import { normaliseAddress } from '../../domain/meter-address.ts';
import type { QuarantineFilter, ReplayOrder } from '../../domain/quarantine-filter.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';

/** Keeps the row of a request small enough to be written again and again. */
const METERS_OF_A_REQUEST = 1000;

/** Asks the gateway to try messages of quarantine again; answers with the request's id. With its audit entry. */
export async function requestReplay(db: Kysely<Database>, filter: QuarantineFilter, change: Change): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const id = await insertRequest(trx, filter, change);
    await writeAudit(trx, change, { action: 'replay', object: `replay/${id}`, after: filter });
    return id;
  });
}

/** A meter as messages name it. */
export interface ReplayedMeter {
  id: string;
  collectorId: string;
  /** On the wire, where it has one. */
  address?: string | null | undefined;
}

/**
 * Asks for what came from meters before they were registered as they now are, by their ids and by their addresses; call
 * it in the transaction that registers them, that changes their address or collector, or that takes back their removal.
 * One call for many: a request costs the gateway little for each meter that was never heard. Always, for messages may be
 * on the disk and not in quarantine yet: a request that finds nothing is removed by the gateway. (What another collector
 * sends in a meter's name is judged, and would only come back.) The meters' own audit entries tell of it.
 */
export async function requestReplayOfMeters(
  trx: Kysely<Database>,
  meters: readonly ReplayedMeter[],
  change: Change,
): Promise<void> {
  for (const part of inParts(meters, METERS_OF_A_REQUEST)) {
    const named = part.map(({ id, collectorId, address }) => ({
      id,
      collector: collectorId,
      ...(address == null ? {} : { address: normaliseAddress(address) }),
    }));
    await insertRequest(trx, { meters: named, automatic: true }, change);
  }
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
