import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { parseTopicPattern } from '../../domain/topic-pattern.ts';
import type { BindingTable, Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { Binding, BindingChange, NewBinding } from '../api/schemas/binding.ts';
import { problemOfBinding } from './binding-problem.ts';
import { inTransaction } from './in-transaction.ts';

/** Bindings by id, those after `after`. */
export async function listBindings(
  db: Kysely<Database>,
  page: { after?: string | undefined; limit: number },
): Promise<Binding[]> {
  let query = db.selectFrom('binding').selectAll().orderBy('id').limit(page.limit);
  if (page.after !== undefined) query = query.where('id', '>', page.after);
  return (await query.execute()).map(itemOf);
}

/** One binding. Fails with `not-found`. */
export async function getBinding(db: Kysely<Database>, id: string): Promise<Binding> {
  const row = await db.selectFrom('binding').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no binding ${id}`);
  return itemOf(row);
}

/**
 * Binds topics of another system. Fails with `conflict` where the id is taken or another binding lets through the same
 * topics, `bad-request` naming field and remedy.
 */
export async function createBinding(
  db: Kysely<Database>,
  input: NewBinding,
  baseTopic: string,
  change: Change,
): Promise<Binding> {
  await inTransaction(db, async (trx) => {
    const taken = await trx.selectFrom('binding').select('id').where('id', '=', input.id).executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `There is a binding with the id ${input.id}`);
    await check(trx, input, baseTopic);
    await trx
      .insertInto('binding')
      .values({ id: input.id, ...columnsOf(input), created_at: change.nowMs })
      .execute();
    await writeAudit(trx, change, { action: 'create', object: `binding/${input.id}`, after: input });
  });
  return input;
}

/** Changes a binding. Fails with `not-found`, and as {@link createBinding} does. */
export async function changeBinding(
  db: Kysely<Database>,
  id: string,
  given: BindingChange,
  baseTopic: string,
  change: Change,
): Promise<Binding> {
  return inTransaction(db, async (trx) => {
    const before = await getBinding(trx, id);
    const after: Binding = { ...before, ...given };
    // Another format has no use for the mapping of this one.
    if (given.mapping === undefined && after.format !== 'mapping') after.mapping = null;
    // One that is switched off needs nobody: its collector may have ended.
    const isNamed = after.enabled || after.collectorId !== before.collectorId;
    await check(trx, after, baseTopic, isNamed);
    await trx.updateTable('binding').set(columnsOf(after)).where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'change', object: `binding/${id}`, before, after });
    return after;
  });
}

/** Takes out a binding. Fails with `not-found`. */
export async function deleteBinding(db: Kysely<Database>, id: string, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await getBinding(trx, id);
    await trx.deleteFrom('binding').where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'delete', object: `binding/${id}`, before });
  });
}

async function check(db: Kysely<Database>, binding: Binding, baseTopic: string, isNamed = true): Promise<void> {
  const problem = problemOfBinding(binding, baseTopic);
  if (problem !== undefined) throw new PlatformError('bad-request', problem);
  const { id, collectorId } = binding;
  if (collectorId !== null && isNamed) {
    const row = await db.selectFrom('collector').select('ended_on').where('id', '=', collectorId).executeTakeFirst();
    if (row === undefined) {
      throw new PlatformError('bad-request', `collectorId: there is no collector ${collectorId}; enter it first`);
    }
    if (row.ended_on !== null) {
      throw new PlatformError('bad-request', `collectorId: ${collectorId} ended on ${row.ended_on}; take another`);
    }
  }
  const filter = parseTopicPattern(binding.topic)?.filter;
  const others = await db.selectFrom('binding').select(['id', 'topic']).where('id', '!=', id).orderBy('id').execute();
  const same = others.find(({ topic }) => parseTopicPattern(topic)?.filter === filter);
  if (same === undefined) return;
  throw new PlatformError(
    'conflict',
    `topic: the binding ${same.id} (${same.topic}) lets through the same topics; change that one, or make one of them narrower`,
  );
}

function columnsOf(binding: Omit<Binding, 'id'>): Omit<Selectable<BindingTable>, 'id' | 'created_at'> {
  return {
    collector_id: binding.collectorId,
    topic: binding.topic,
    format: binding.format,
    mapping: binding.mapping === null ? null : JSON.stringify(binding.mapping),
    enabled: binding.enabled ? 1 : 0,
  };
}

function itemOf(row: Selectable<BindingTable>): Binding {
  return {
    id: row.id,
    collectorId: row.collector_id,
    topic: row.topic,
    format: row.format as Binding['format'],
    mapping: row.mapping === null ? null : (JSON.parse(row.mapping) as Binding['mapping']),
    enabled: row.enabled !== 0,
  };
}
