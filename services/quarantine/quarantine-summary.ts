import { setImmediate } from 'node:timers/promises';

import { sql, type Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** What stands in quarantine, in numbers. */
export interface QuarantineSummary {
  /** Items: a message, or the items of it that were wrong. */
  items: number;
  byReason: Map<string, number>;
  /** By collector; the empty name stands for those whose sender is not known. */
  byCollector: Map<string, number>;
  /** Receipt of the oldest message, epoch milliseconds; null where there is none. */
  oldestMs: number | null;
  /** Messages that were let go, by cause. */
  evicted: Map<string, number>;
}

const WINDOW_ROWS = 3000;
/** A summary may be this many times as old as it took to make: of a huge quarantine it is made less often. */
const LASTS = 20;

/** Makes summaries; callers at about the same time get the same one. `now` in epoch milliseconds. */
export function createQuarantineSummary(db: Kysely<Database>, now: () => number): () => Promise<QuarantineSummary> {
  let made: { summary: Promise<QuarantineSummary>; goodUntilMs: number } | undefined;
  return () => {
    if (made !== undefined && now() < made.goodUntilMs) return made.summary;
    const beganMs = now();
    const making = { summary: summarise(db), goodUntilMs: Number.POSITIVE_INFINITY };
    made = making;
    making.summary.then(
      () => (making.goodUntilMs = now() + LASTS * (now() - beganMs)),
      () => (made = undefined),
    );
    return making.summary;
  };
}

async function summarise(db: Kysely<Database>): Promise<QuarantineSummary> {
  const byReason = new Map<string, number>();
  const byCollector = new Map<string, number>();
  let items = 0;
  for await (const { reason, collector, count } of counts(db)) {
    items += count;
    byReason.set(reason, count + (byReason.get(reason) ?? 0));
    byCollector.set(collector, count + (byCollector.get(collector) ?? 0));
  }
  const oldest = await db
    .selectFrom('quarantine_message')
    .select((eb) => eb.fn.min<number | null>('received_at').as('ms'))
    .executeTakeFirst();
  const evicted = await db.selectFrom('quarantine_evicted').selectAll().execute();
  return {
    items,
    byReason,
    byCollector,
    oldestMs: oldest?.ms ?? null,
    evicted: new Map(evicted.map(({ cause, messages }) => [cause, messages])),
  };
}

// In steps, between which the thread is free for others.
async function* counts(db: Kysely<Database>): AsyncGenerator<{ reason: string; collector: string; count: number }> {
  for (let behind = 0; ;) {
    const edge = await db
      .selectFrom('quarantine')
      .select('id')
      .where('id', '>', behind)
      .orderBy('id')
      .limit(1)
      .offset(WINDOW_ROWS - 1)
      .executeTakeFirst();
    yield* await db
      .selectFrom('quarantine')
      .innerJoin('quarantine_message', 'quarantine_message.position', 'quarantine.position')
      .where('quarantine.id', '>', behind)
      .where('quarantine.id', '<=', edge?.id ?? Number.MAX_SAFE_INTEGER)
      .select(['reason', sql<string>`coalesce(collector, '')`.as('collector')])
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .groupBy(['reason', sql`coalesce(collector, '')`])
      .execute();
    if (edge === undefined) return;
    behind = edge.id;
    await setImmediate();
  }
}
