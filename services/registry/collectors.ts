import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { isValidId } from '../../domain/ids.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import { inTransaction } from './in-transaction.ts';
import { makeToken, requireMqttNameFree, tokenColumns } from './mqtt-token.ts';

/** A collector (data concentrator) as lists show it; its token is never shown again. */
export interface Collector {
  id: string;
  name: string;
  /** The gateway that takes its messages from an external broker; null: the one that takes the unassigned. */
  gateway: string | null;
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

/** Changes name or gateway; gives the collector as it then stands. Fails with `not-found`. */
export async function changeCollector(
  db: Kysely<Database>,
  id: string,
  given: CollectorChange,
  change: Change,
): Promise<Collector> {
  return inTransaction(db, async (trx) => {
    const before = await requireCollector(trx, id);
    const after: Collector = {
      id,
      name: given.name ?? before.name,
      gateway: given.gateway === undefined ? before.gateway : given.gateway,
    };
    await trx.updateTable('collector').set({ name: after.name, gateway: after.gateway }).where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'change', object: `collector/${id}`, before, after });
    return after;
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
    await requireCollector(trx, id);
    await trx.updateTable('collector').set(tokenColumns(token)).where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'renew-token', object: `collector/${id}` });
  });
  return { id, token };
}

async function requireCollector(db: Kysely<Database>, id: string): Promise<Collector> {
  const found = await db
    .selectFrom('collector')
    .select(['id', 'name', 'gateway'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (found === undefined) throw new PlatformError('not-found', `There is no collector ${id}`);
  return found;
}

/** Collectors by id, those after `after`. */
export function listCollectors(db: Kysely<Database>, page: { after?: string; limit: number }): Promise<Collector[]> {
  let query = db.selectFrom('collector').select(['id', 'name', 'gateway']).orderBy('id').limit(page.limit);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  return query.execute();
}
