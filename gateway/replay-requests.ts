import { setImmediate } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import { parseReplayOrder, type ReplayOrder } from '../domain/quarantine-filter.ts';
import { scanQuarantined } from '../storage/relational/quarantined.ts';
import type { Database } from '../storage/relational/schema.ts';
import type { SpoolMessage } from './spool/record.ts';

/** A replay that is not over. */
export interface OpenRequest {
  id: number;
  /** False until it is settled which messages it may take. */
  isBegun: boolean;
  /** Undefined where the row holds none that can be read. */
  order: ReplayOrder | undefined;
}

/** A message as it stands in quarantine. */
export interface KeptMessage extends SpoolMessage {
  /** Of the record that brought it there. */
  position: number;
}

/** Messages looked for at once, and bytes of them held in memory at once. */
const PAGE_ITEMS = 100;
const PAGE_BYTES = 1024 * 1024;
const REQUESTS_AT_ONCE = 500;
/** Characters that take a while to be read. */
const LONG_FILTER = 10_000;

/** Requests that wait or were interrupted, in the order in which they were made. */
export async function openRequests(db: Kysely<Database>): Promise<OpenRequest[]> {
  const rows = await db
    .selectFrom('replay_request')
    .select(['id', 'state', 'filter'])
    .where('state', 'in', ['waiting', 'running'])
    .orderBy('id')
    .limit(REQUESTS_AT_ONCE)
    .execute();
  const requests: OpenRequest[] = [];
  for (const { id, state, filter } of rows) {
    requests.push({ id, isBegun: state === 'running', order: parseReplayOrder(filter) });
    // An import's requests name tens of thousands of meters.
    if (filter.length > LONG_FILTER) await setImmediate();
  }
  return requests;
}

/**
 * Begins the requests that wait: from now on each takes what stands in quarantine and nothing that comes later, so
 * that none takes what it has put back itself. Durable, so that an interrupted one goes on within the same bounds.
 */
export async function beginRequests(db: Kysely<Database>, requests: readonly OpenRequest[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const newest = await trx
      .selectFrom('quarantine')
      .select((eb) => eb.fn.max<number | null>('id').as('id'))
      .executeTakeFirst();
    for (const request of requests) {
      if (request.isBegun || request.order === undefined) continue;
      request.order.upToId = newest?.id ?? 0;
      request.isBegun = true;
      await trx
        .updateTable('replay_request')
        .set({ state: 'running', filter: JSON.stringify(request.order) })
        .where('id', '=', request.id)
        .execute();
    }
  });
}

/** Messages of an order behind the item `behind`, each once, and how far they were looked for; none when it is done. */
export async function nextMessages(
  db: Kysely<Database>,
  order: ReplayOrder,
  behind: number,
): Promise<{ messages: KeptMessage[]; behind: number }> {
  const items = await scanQuarantined(db, order, {
    order: 'asc',
    behind,
    upToId: order.upToId ?? 0,
    limit: PAGE_ITEMS,
  });
  const positions = new Set<number>();
  let bytes = 0;
  let reached = behind;
  for (const item of items) {
    if (!positions.has(item.position) && positions.size > 0 && bytes + item.bytes > PAGE_BYTES) break;
    if (!positions.has(item.position)) bytes += item.bytes;
    positions.add(item.position);
    reached = item.id;
  }
  if (positions.size === 0) return { messages: [], behind };
  const rows = await db
    .selectFrom('quarantine_message')
    .selectAll()
    .where('position', 'in', [...positions])
    .orderBy('received_at')
    .orderBy('position')
    .execute();
  const messages = rows.map(({ position, received_at, topic, collector, payload }) => ({
    position,
    receivedAtMs: received_at,
    source: collector ?? '',
    topic,
    // SQLite hands over the bare buffer.
    payload: Buffer.from(payload),
  }));
  return { messages, behind: reached };
}

/** Takes replayed messages out of quarantine and counts them, at once. */
export async function takeOut(db: Kysely<Database>, request: number, positions: readonly number[]): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('quarantine').where('position', 'in', positions).execute();
    await trx.deleteFrom('quarantine_message').where('position', 'in', positions).execute();
    await trx
      .updateTable('replay_request')
      .set((eb) => ({ messages: eb('messages', '+', positions.length), error: null }))
      .where('id', '=', request)
      .execute();
  });
}

/** Ends requests that found all there was; of the platform's own those that found nothing go without a trace. */
export async function endRequests(
  db: Kysely<Database>,
  requests: readonly OpenRequest[],
  nowMs: number,
): Promise<void> {
  const ids = requests.map(({ id }) => id);
  const own = requests.filter(({ order }) => order?.automatic === true).map(({ id }) => id);
  await db.transaction().execute(async (trx) => {
    if (own.length > 0) {
      await trx.deleteFrom('replay_request').where('id', 'in', own).where('messages', '=', 0).execute();
    }
    await trx
      .updateTable('replay_request')
      .set({ state: 'done', finished_at: nowMs, error: null })
      .where('id', 'in', ids)
      .execute();
  });
}

/** Writes down why a request does not get on; `isOver` where it will not be tried again. */
export async function noteFailure(
  db: Kysely<Database>,
  request: number,
  failure: { error: string; isOver: boolean; nowMs: number },
): Promise<void> {
  await db
    .updateTable('replay_request')
    .set({ error: failure.error, ...(failure.isOver ? { state: 'failed', finished_at: failure.nowMs } : {}) })
    .where('id', '=', request)
    .execute();
}
