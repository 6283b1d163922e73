import type { Kysely } from 'kysely';

import { columnTypes } from './column-types.ts';

/** What the gateway needs beside readings: assignments, passwords for an external broker, replays, redeliveries. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const types = columnTypes(db);
  const { text } = types;
  await db.schema.alterTable('collector').addColumn('gateway', text).execute();
  await db.schema.alterTable('collector').addColumn('mosquitto_hash', text).execute();
  await db.schema.alterTable('mqtt_reader').addColumn('mosquitto_hash', text).execute();

  await db.schema.alterTable('quarantine').addColumn('meter', text).execute();
  await db.schema.createIndex('quarantine_meter').on('quarantine').columns(['meter', 'reason']).execute();
  await db.schema
    .createIndex('quarantine_message_collector')
    .on('quarantine_message')
    .columns(['collector', 'received_at'])
    .execute();
  await db.schema.createIndex('quarantine_message_received').on('quarantine_message').column('received_at').execute();
  await db.schema
    .createTable('quarantine_evicted')
    .addColumn('cause', text, (c) => c.primaryKey())
    .addColumn('messages', 'bigint', (c) => c.notNull())
    .execute();

  await types
    .withId(db.schema.createTable('replay_request'))
    .addColumn('requested_at', 'bigint', (c) => c.notNull())
    .addColumn('requested_by', text)
    .addColumn('filter', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('messages', 'bigint', (c) => c.notNull().defaultTo(0))
    .addColumn('finished_at', 'bigint')
    .addColumn('error', text)
    .execute();

  await db.schema
    .createTable('reading_sequence')
    .addColumn('meter_id', text, (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('observed_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('reading_sequence_key', ['meter_id', 'seq', 'digest'])
    .execute();
  await db.schema.createIndex('reading_sequence_observed').on('reading_sequence').column('observed_at').execute();
}
