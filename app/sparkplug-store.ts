import type { Kysely } from 'kysely';

import { inParts } from '../domain/in-parts.ts';
import type { SparkplugRows } from '../gateway/decode/sparkplug-b/session-rows.ts';
import type { Database } from '../storage/relational/schema.ts';

/** Births and nodes of Sparkplug, which must outlive the process: without its birth nobody can read a node's data. */
export interface SparkplugStore {
  /** All that was saved, the oldest births first. */
  load(): Promise<SparkplugRows>;
  /** Durable when it resolves; a row whose key is there already is replaced, and old births make room. */
  save(rows: SparkplugRows): Promise<void>;
}

/** Rows of one statement: eight columns at most. */
const ROWS = 100;
/** Births kept of a device: beside the newest those that explain what still waits to be replayed. */
const BIRTHS_OF_A_DEVICE = 16;

/** The store in the registry database. */
export function createSparkplugStore(db: Kysely<Database>): SparkplugStore {
  return {
    load: async () => ({
      births: await db.selectFrom('sparkplug_birth').selectAll().orderBy('received_at').orderBy('position').execute(),
      nodes: await db.selectFrom('sparkplug_node').selectAll().execute(),
    }),
    save: (rows) =>
      db.transaction().execute(async (trx) => {
        await saveBirths(trx, rows.births);
        await saveNodes(trx, rows.nodes);
      }),
  };
}

async function saveBirths(trx: Kysely<Database>, births: SparkplugRows['births']): Promise<void> {
  for (const part of inParts(births, ROWS)) {
    await trx
      .insertInto('sparkplug_birth')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['collector', 'node', 'device', 'position']).doUpdateSet((eb) => ({
          received_at: eb.ref('excluded.received_at'),
          metrics: eb.ref('excluded.metrics'),
        })),
      )
      .execute();
  }
  await trimBirths(trx, [...new Set(births.map(({ collector }) => collector))]);
}

async function trimBirths(trx: Kysely<Database>, collectors: readonly string[]): Promise<void> {
  for (const part of inParts(collectors, ROWS)) {
    const full = await trx
      .selectFrom('sparkplug_birth')
      .select(['collector', 'node', 'device'])
      .where('collector', 'in', part)
      .groupBy(['collector', 'node', 'device'])
      .having((eb) => eb.fn.countAll<number>(), '>', BIRTHS_OF_A_DEVICE)
      .execute();
    for (const { collector, node, device } of full) {
      const ofDevice = { collector, node, device };
      const { received_at } = await trx
        .selectFrom('sparkplug_birth')
        .select('received_at')
        .where((eb) => eb.and(ofDevice))
        .orderBy('received_at', 'desc')
        .limit(1)
        .offset(BIRTHS_OF_A_DEVICE - 1)
        .executeTakeFirstOrThrow();
      await trx
        .deleteFrom('sparkplug_birth')
        .where((eb) => eb.and(ofDevice))
        .where('received_at', '<', received_at)
        .execute();
    }
  }
}

async function saveNodes(trx: Kysely<Database>, nodes: SparkplugRows['nodes']): Promise<void> {
  for (const part of inParts(nodes, ROWS)) {
    await trx
      .insertInto('sparkplug_node')
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(['collector', 'node']).doUpdateSet((eb) => ({
          online: eb.ref('excluded.online'),
          position: eb.ref('excluded.position'),
          sequence: eb.ref('excluded.sequence'),
          gaps: eb.ref('excluded.gaps'),
          last_gap_at: eb.ref('excluded.last_gap_at'),
          last_at: eb.ref('excluded.last_at'),
        })),
      )
      .execute();
  }
}
