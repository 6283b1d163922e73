import { setImmediate } from 'node:timers/promises';

import { sql, type Kysely, type SelectQueryBuilder } from 'kysely';

import type { QuarantineFilter } from '../../domain/quarantine-filter.ts';
import { QUARANTINE_REASONS } from '../../domain/reading.ts';
import type { Database } from './schema.ts';

/** An item in quarantine with its message, but for the bytes of it. */
export interface QuarantinedItem {
  id: number;
  position: number;
  item_index: number;
  reason: string;
  detail: string;
  meter: string | null;
  address: string | null;
  received_at: number;
  topic: string;
  collector: string | null;
  /** Of the payload. */
  bytes: number;
}

/** Which way through the ids, where to begin, and how much to bring. */
export interface QuarantineScan {
  order: 'asc' | 'desc';
  /** The id behind which to begin; left out, at the end that comes first. */
  behind?: number;
  /** The last id to look at, in ascending order. */
  upToId?: number;
  limit: number;
}

/** Rows that one statement looks at, so that none holds a thread for long however rare what is looked for is. */
const WINDOW_ROWS = 3000;

/**
 * The items that fit, in the order of their ids, at most `limit`; fewer means that there are no more. What the API
 * shows and what a replay takes are found by this same code.
 */
export async function scanQuarantined(
  db: Kysely<Database>,
  filter: QuarantineFilter,
  scan: QuarantineScan,
): Promise<QuarantinedItem[]> {
  const found: QuarantinedItem[] = [];
  for (const stream of await streamsOf(db, filter)) found.push(...(await scanStream(db, stream, scan)));
  const sign = scan.order === 'asc' ? 1 : -1;
  return found.toSorted((a, b) => sign * (a.id - b.id)).slice(0, scan.limit);
}

/** A way through the items in the order of their ids that an index walks: a reason, of a meter or address, or all. */
interface Stream extends Omit<QuarantineFilter, 'reasons'> {
  reason?: string;
}

async function streamsOf(db: Kysely<Database>, { reasons, ...others }: QuarantineFilter): Promise<Stream[]> {
  const isNamed = others.meter !== undefined || others.address !== undefined;
  if (others.ids !== undefined || !isNamed) {
    return reasons === undefined ? [others] : reasons.map((reason) => ({ ...others, reason }));
  }
  const found = await reasonsOf(db, others, reasons ?? QUARANTINE_REASONS);
  return found.map((reason) => ({ ...others, reason }));
}

// Almost every meter has none at all: one look at the index for each reason, in one statement.
async function reasonsOf(
  db: Kysely<Database>,
  { meter, address }: Pick<Stream, 'meter' | 'address'>,
  reasons: readonly string[],
): Promise<string[]> {
  if (reasons.length === 0) return [];
  let items = db.selectFrom('quarantine').select('id').where('reason', '=', sql.ref<string>('asked.column1'));
  if (meter !== undefined) items = items.where('meter', '=', meter);
  if (address !== undefined) items = items.where('address', '=', address);
  const rows = sql.join(reasons.map((reason) => sql`(${reason})`));
  const found = await sql<{ reason: string }>`
    select asked.column1 as reason from (values ${rows}) as asked where exists ${items}`.execute(db);
  return found.rows.map(({ reason }) => reason);
}

async function scanStream(db: Kysely<Database>, stream: Stream, scan: QuarantineScan): Promise<QuarantinedItem[]> {
  const found: QuarantinedItem[] = [];
  for (let behind = scan.behind; ;) {
    const edge = stream.ids === undefined ? await windowEdge(db, stream, scan, behind) : undefined;
    let query = beyond(matching(db, stream), scan, behind);
    if (edge !== undefined) query = query.where('quarantine.id', scan.order === 'asc' ? '<=' : '>=', edge);
    found.push(
      ...(await query
        .orderBy('quarantine.id', scan.order)
        .limit(scan.limit - found.length)
        .execute()),
    );
    if (edge === undefined || found.length >= scan.limit) return found;
    behind = edge;
    await setImmediate();
  }
}

type Items = SelectQueryBuilder<Database, 'quarantine' | 'quarantine_message', QuarantinedItem>;

// Only reason, meter and address may choose an index of their own: by collector or time the planner would gather and sort all
// that fits, window or not. An expression in place of the column keeps it from that.
function matching(db: Kysely<Database>, stream: Stream): Items {
  const { ids, reason, collector, meter, address, topic, fromMs, toMs } = stream;
  let query = db
    .selectFrom('quarantine')
    .innerJoin('quarantine_message', 'quarantine_message.position', 'quarantine.position')
    .select([
      'quarantine.id',
      'quarantine.position',
      'item_index',
      'reason',
      'detail',
      'meter',
      'quarantine.address',
      'received_at',
      'topic',
      'collector',
    ])
    .select(sql<number>`length(quarantine_message.payload)`.as('bytes'));
  if (ids !== undefined) query = query.where('quarantine.id', 'in', ids);
  if (reason !== undefined) query = query.where('reason', '=', reason);
  if (meter !== undefined) query = query.where('meter', '=', meter);
  if (address !== undefined) query = query.where('quarantine.address', '=', address);
  if (collector !== undefined) query = query.where(sql<string>`coalesce(collector, '')`, '=', collector);
  if (topic !== undefined) query = query.where(sql`substr(topic, 1, length(${topic}))`, '=', topic);
  if (fromMs !== undefined) query = query.where(sql<number>`received_at + 0`, '>=', fromMs);
  if (toMs !== undefined) query = query.where(sql<number>`received_at + 0`, '<', toMs);
  return query;
}

async function windowEdge(
  db: Kysely<Database>,
  { reason, meter, address }: Stream,
  scan: QuarantineScan,
  behind: number | undefined,
): Promise<number | undefined> {
  let query = db.selectFrom('quarantine').select('id');
  if (reason !== undefined) query = query.where('reason', '=', reason);
  if (meter !== undefined) query = query.where('meter', '=', meter);
  if (address !== undefined) query = query.where('address', '=', address);
  if (behind !== undefined) query = query.where('id', scan.order === 'asc' ? '>' : '<', behind);
  if (scan.upToId !== undefined) query = query.where('id', '<=', scan.upToId);
  const row = await query
    .orderBy('id', scan.order)
    .limit(1)
    .offset(WINDOW_ROWS - 1)
    .executeTakeFirst();
  return row?.id;
}

function beyond(query: Items, scan: QuarantineScan, behind: number | undefined): Items {
  let narrowed = query;
  if (behind !== undefined) narrowed = narrowed.where('quarantine.id', scan.order === 'asc' ? '>' : '<', behind);
  if (scan.upToId !== undefined) narrowed = narrowed.where('quarantine.id', '<=', scan.upToId);
  return narrowed;
}
