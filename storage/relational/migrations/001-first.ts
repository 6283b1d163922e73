import type { Kysely } from 'kysely';

import { columnTypes } from './column-types.ts';

/** The first schema. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const types = columnTypes(db);
  const { text } = types;
  await db.schema
    .createTable('region')
    .addColumn('code', text, (c) => c.primaryKey())
    .addColumn('name_zh', text, (c) => c.notNull())
    .addColumn('name_en', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('parent_code', text, (c) => c.references('region.code'))
    .execute();

  await db.schema
    .createTable('institution')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('credit_code', text)
    .addColumn('type', text, (c) => c.notNull())
    .addColumn('region_code', text, (c) => c.notNull().references('region.code'))
    .addColumn('reports_to', text, (c) => c.notNull().references('region.code'))
    .addColumn('department', text)
    .addColumn('liaison', text)
    .addColumn('rule_settings', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('institution_reports_to').on('institution').column('reports_to').execute();

  await db.schema
    .createTable('institution_attribute')
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('value', 'double precision', (c) => c.notNull())
    .addColumn('valid_from', text, (c) => c.notNull())
    .addColumn('valid_to', text)
    .addPrimaryKeyConstraint('institution_attribute_key', ['institution_id', 'name', 'valid_from'])
    .execute();

  await db.schema
    .createTable('collector')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('token_hash', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('mqtt_reader')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('token_hash', text, (c) => c.notNull())
    .addColumn('institution_id', text, (c) => c.references('institution.id'))
    .addColumn('region_code', text, (c) => c.references('region.code'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('mqtt_client')
    .addColumn('client_id', text, (c) => c.primaryKey())
    .addColumn('username', text, (c) => c.notNull())
    .addColumn('first_seen_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('meter')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('collector_id', text, (c) => c.notNull().references('collector.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('medium', text, (c) => c.notNull())
    .addColumn('measures', text)
    .addColumn('zone_kind', text)
    .addColumn('parent_id', text, (c) => c.references('meter.id'))
    .addColumn('address', text)
    .addColumn('format', text)
    .addColumn('register_unit', text, (c) => c.notNull())
    .addColumn('register_modulus', 'double precision')
    .addColumn('rated_maximum', 'double precision')
    .addColumn('expected_interval_s', types.integer, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('meter_collector').on('meter').column('collector_id').execute();

  await db.schema
    .createTable('meter_multiplier')
    .addColumn('meter_id', text, (c) => c.notNull().references('meter.id'))
    .addColumn('multiplier', 'double precision', (c) => c.notNull())
    .addColumn('valid_from', text, (c) => c.notNull())
    .addColumn('valid_to', text)
    .addPrimaryKeyConstraint('meter_multiplier_key', ['meter_id', 'valid_from'])
    .execute();

  await db.schema
    .createTable('meter_share')
    .addColumn('meter_id', text, (c) => c.notNull().references('meter.id'))
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('zone_id', text)
    .addColumn('sub_item', text)
    .addColumn('share', 'double precision', (c) => c.notNull())
    .addColumn('valid_from', text, (c) => c.notNull())
    .addColumn('valid_to', text)
    .addPrimaryKeyConstraint('meter_share_key', ['meter_id', 'institution_id', 'valid_from'])
    .execute();
  await db.schema.createIndex('meter_share_institution').on('meter_share').column('institution_id').execute();

  await db.schema
    .createTable('quota')
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('medium', text, (c) => c.notNull())
    .addColumn('year', types.integer, (c) => c.notNull())
    .addColumn('annual_limit', 'double precision', (c) => c.notNull())
    .addColumn('month_limits', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('quota_key', ['institution_id', 'medium', 'year'])
    .execute();

  await db.schema
    .createTable('app_user')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('username', text, (c) => c.notNull().unique())
    .addColumn('password_hash', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('institution_id', text, (c) => c.references('institution.id'))
    .addColumn('region_code', text, (c) => c.references('region.code'))
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('failed_logins', types.integer, (c) => c.notNull().defaultTo(0))
    .addColumn('locked_until', 'bigint')
    .execute();

  await db.schema
    .createTable('session')
    .addColumn('id_hash', text, (c) => c.primaryKey())
    .addColumn('user_id', text)
    .addColumn('data', text, (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('quarantine_message')
    .addColumn('position', 'bigint', (c) => c.primaryKey())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('topic', text, (c) => c.notNull())
    .addColumn('collector', text)
    .addColumn('payload', types.bytes, (c) => c.notNull())
    .execute();

  await types
    .withId(db.schema.createTable('quarantine'))
    .addColumn('position', 'bigint', (c) => c.notNull().references('quarantine_message.position'))
    .addColumn('item_index', types.integer, (c) => c.notNull())
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('detail', text, (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('quarantine_position')
    .on('quarantine')
    .columns(['position', 'item_index'])
    .unique()
    .execute();
  await db.schema.createIndex('quarantine_reason').on('quarantine').column('reason').execute();

  await db.schema
    .createTable('alert')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('rule', text, (c) => c.notNull())
    .addColumn('article', text, (c) => c.notNull())
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('severity', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('active_since', 'bigint', (c) => c.notNull())
    .addColumn('cleared_at', 'bigint')
    .addColumn('limit_value', 'double precision', (c) => c.notNull())
    .addColumn('value', 'double precision', (c) => c.notNull())
    .addColumn('unit', text, (c) => c.notNull())
    .addColumn('waste_amount', 'double precision', (c) => c.notNull())
    .addColumn('waste_unit', text, (c) => c.notNull())
    .addColumn('waste_kgce', 'double precision', (c) => c.notNull())
    .addColumn('addressed_to', text, (c) => c.notNull())
    .addColumn('evidence', text, (c) => c.notNull())
    .addColumn('acknowledged_by', text)
    .addColumn('acknowledged_at', 'bigint')
    .addColumn('updated_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('alert_institution').on('alert').columns(['institution_id', 'state']).execute();
  await db.schema.createIndex('alert_active').on('alert').column('active_since').execute();

  await types
    .withId(db.schema.createTable('alert_event'))
    .addColumn('alert_id', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('user_id', text)
    .addColumn('note', text)
    .execute();
  await db.schema.createIndex('alert_event_alert').on('alert_event').column('alert_id').execute();

  await types
    .withId(db.schema.createTable('outbox'))
    .addColumn('channel', text, (c) => c.notNull())
    .addColumn('alert_id', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('delivered_at', 'bigint')
    .addColumn('attempts', types.integer, (c) => c.notNull().defaultTo(0))
    .addColumn('last_error', text)
    .execute();
  await db.schema.createIndex('outbox_delivered').on('outbox').column('delivered_at').execute();

  await db.schema
    .createTable('usage_change')
    .addColumn('institution_id', text, (c) => c.primaryKey())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('revision', types.integer, (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('rule_state')
    .addColumn('rule', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('month_start', 'bigint', (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('rule_state_key', ['rule', 'subject', 'month_start'])
    .execute();

  await db.schema
    .createTable('report')
    .addColumn('year', types.integer, (c) => c.notNull())
    .addColumn('owner_kind', text, (c) => c.notNull())
    .addColumn('owner_id', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('figures', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('made_at', 'bigint', (c) => c.notNull())
    .addColumn('stale', types.integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('report_key', ['year', 'owner_kind', 'owner_id'])
    .execute();

  await types
    .withId(db.schema.createTable('job_run'))
    .addColumn('job', text, (c) => c.notNull())
    .addColumn('occasion', text, (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_at', 'bigint')
    .addColumn('outcome', text)
    .execute();
  await db.schema.createIndex('job_run_job').on('job_run').columns(['job', 'occasion']).execute();

  await types
    .withId(db.schema.createTable('audit'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('user_id', text)
    .addColumn('action', text, (c) => c.notNull())
    .addColumn('object', text, (c) => c.notNull())
    .addColumn('before', text)
    .addColumn('after', text)
    .execute();
}
