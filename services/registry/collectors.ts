import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { isValidId } from '../../domain/ids.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import { inTransaction } from './in-transaction.ts';
import { behindKey, hasEnded, hasText, orderOf, type ListNarrowing, type ListPage } from './list-order.ts';
import { makeToken, requireMqttNameFree, tokenColumns } from './mqtt-token.ts';

/** A collector (data concentrator) as lists show it; its token is never shown again. */
export interface Collector {
  id: string;
  name: string;
  /** The gateway that takes its messages from an external broker; null: the one that takes the unassigned. */
  gateway: string | null;
  /** The first day on which it is no more. */
  endedOn: string | null;
}

/** A collector with what is known of it beside. */
export interface CollectorDetail extends Collector {
  /** Meters that speak through it and have not ended. */
  meters: number;
  createdAtMs: number;
}

/** A collector to be entered. */
export interface NewCollector {
  id: string;
  name: string;
  gateway?: string | undefined;
}

/** What of a collector can be changed; what is left out stays. */
export interface CollectorChange {
  name?: string | undefined;
  gateway?: string | null | undefined;
  endedOn?: string | null | undefined;
}

/**
 * Enters a collector and gives its token, 256 random bits unless one is passed. Of the token only
 * hashes are kept. Fails with `conflict` where the id is taken, `bad-request` where it stands in the topic tree already.
 */
export async function createCollector(
  db: Kysely<Database>,
  input: NewCollector,
  change: Change,
  token: string = makeToken(),
): Promise<{ id: string; token: string }> {
  if (!isValidId(input.id)) {
    throw new PlatformError('bad-request', `id: ${input.id} is not free for a collector; take another name`);
  }
  await inTransaction(db, async (trx) => {
    await requireMqttNameFree(trx, input.id);
    await trx
      .insertInto('collector')
      .values({
        id: input.id,
        name: input.name,
        gateway: input.gateway ?? null,
        ...tokenColumns(token),
        created_at: change.nowMs,
      })
      .execute();
    await writeAudit(trx, change, {
      action: 'create',
      object: `collector/${input.id}`,
      after: input,
    });
  });
  return { id: input.id, token };
}

/**
 * Changes name, gateway, or the day on which it ended, today (`date`) at the latest; gives the collector as it then
 * stands. With its end its token stops: where the end is taken back it needs a new one. Fails with `not-found`,
 * `bad-request`, and with `conflict` where meters that have not ended still speak through it.
 */
export async function changeCollector(
  db: Kysely<Database>,
  id: string,
  given: CollectorChange,
  change: Change,
  date: string,
): Promise<Collector> {
  return inTransaction(db, async (trx) => {
    const before = await requireCollector(trx, id);
    const kept = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value);
    const after: Collector = {
      id,
      name: kept(given.name, before.name),
      gateway: kept(given.gateway, before.gateway),
      endedOn: kept(given.endedOn, before.endedOn),
    };
    const isEnding = after.endedOn !== null && after.endedOn !== before.endedOn;
    if (isEnding) await requireEnd(trx, id, after.endedOn ?? date, date);
    const stopped = isEnding ? STOPPED_TOKEN : {};
    const { name, gateway, endedOn } = after;
    await trx
      .updateTable('collector')
      .set({ name, gateway, ended_on: endedOn, ...stopped })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, change, { action: 'change', object: `collector/${id}`, before, after });
    return after;
  });
}

/** No token has such a hash. */
const STOPPED_TOKEN = { token_hash: '', mosquitto_hash: null };

async function requireEnd(db: Kysely<Database>, id: string, endedOn: string, date: string): Promise<void> {
  if (endedOn > date) {
    throw new PlatformError(
      'bad-request',
      `endedOn: ${endedOn} lies in the future; its token stops at once, so enter the end that day`,
    );
  }
  const meter = await db
    .selectFrom('meter')
    .select('id')
    .where('collector_id', '=', id)
    .where(hasEnded('meter', false, date))
    .orderBy('id')
    .executeTakeFirst();
  if (meter === undefined) return;
  throw new PlatformError(
    'conflict',
    `endedOn: ${meter.id} still speaks through ${id}; give its meters another collector, or remove them first`,
  );
}

/**
 * Takes out a collector that was entered in error. Fails with `not-found`, and with `conflict` where a meter or a binding
 * names it: then it ends on a date.
 */
export async function deleteCollector(db: Kysely<Database>, id: string, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await requireCollector(trx, id);
    const meter = await trx.selectFrom('meter').select('id').where('collector_id', '=', id).executeTakeFirst();
    const binding = await trx.selectFrom('binding').select('id').where('collector_id', '=', id).executeTakeFirst();
    const user = meter === undefined ? binding && `the binding ${binding.id}` : `the meter ${meter.id}`;
    if (user !== undefined) {
      throw new PlatformError('conflict', `${user} names the collector ${id}; change that first, or end the collector`);
    }
    await trx.deleteFrom('collector').where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'delete', object: `collector/${id}`, before });
  });
}

/** Gives a collector a new token, shown this once; the old one does not hold any more. Fails with `not-found`. */
export async function renewCollectorToken(
  db: Kysely<Database>,
  id: string,
  change: Change,
): Promise<{ id: string; token: string }> {
  const token = makeToken();
  await inTransaction(db, async (trx) => {
    const { endedOn } = await requireCollector(trx, id);
    if (endedOn !== null) {
      throw new PlatformError('conflict', `${id} ended on ${endedOn}; take its end back first (endedOn: null)`);
    }
    await trx.updateTable('collector').set(tokenColumns(token)).where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'renew-token', object: `collector/${id}` });
  });
  return { id, token };
}

async function requireCollector(db: Kysely<Database>, id: string): Promise<Collector> {
  const found = await db.selectFrom('collector').select(COLUMNS).where('id', '=', id).executeTakeFirst();
  if (found === undefined) throw new PlatformError('not-found', `There is no collector ${id}`);
  return found;
}

const COLUMNS = ['id', 'name', 'gateway', 'ended_on as endedOn'] as const;

/** One collector with its meters that have not ended by `date`. Fails with `not-found`. */
export async function getCollector(db: Kysely<Database>, id: string, date: string): Promise<CollectorDetail> {
  const row = await db
    .selectFrom('collector')
    .select([...COLUMNS, 'created_at as createdAtMs'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no collector ${id}`);
  const { meters } = await db
    .selectFrom('meter')
    .select((eb) => eb.fn.countAll<number>().as('meters'))
    .where('collector_id', '=', id)
    .where(hasEnded('meter', false, date))
    .executeTakeFirstOrThrow();
  return { ...row, meters };
}

/** Which collectors to read; `date`, today, is needed to tell those that have ended. */
export interface CollectorFilter extends ListPage, ListNarrowing {
  date?: string;
}

/** Collectors, by id where no other order is asked for. */
export function listCollectors(db: Kysely<Database>, filter: CollectorFilter): Promise<Collector[]> {
  const { column, direction } = orderOf(filter.sort);
  let query = db.selectFrom('collector').select(COLUMNS).orderBy(column, direction).orderBy('id', direction);
  if (filter.text !== undefined) query = query.where(hasText('collector', filter.text));
  if (filter.ended !== undefined) query = query.where(hasEnded('collector', filter.ended, filter.date ?? ''));
  if (filter.after !== undefined) query = query.where(behindKey('collector', filter));
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return query.execute();
}
