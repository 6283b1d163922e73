import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { isValidId } from '../../domain/ids.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import { inTransaction } from './in-transaction.ts';
import { hashToken, makeToken, requireMqttNameFree } from './mqtt-token.ts';

/** A collector (data concentrator) as lists show it; its token is never shown again. */
export interface Collector {
  id: string;
  name: string;
}

/**
 * Enters a collector and gives its token, 256 random bits unless one is passed. Only the token's SHA-256 is kept.
 * Fails with `conflict` where the id is taken, `bad-request` where it stands in the topic tree already.
 */
export async function createCollector(
  db: Kysely<Database>,
  input: Collector,
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
        token_hash: hashToken(token),
        created_at: change.nowMs,
      })
      .execute();
    await writeAudit(trx, change, {
      action: 'create',
      object: `collector/${input.id}`,
      after: { id: input.id, name: input.name },
    });
  });
  return { id: input.id, token };
}

/** Collectors by id, those after `after`. */
export function listCollectors(db: Kysely<Database>, page: { after?: string; limit: number }): Promise<Collector[]> {
  let query = db.selectFrom('collector').select(['id', 'name']).orderBy('id').limit(page.limit);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  return query.execute();
}
