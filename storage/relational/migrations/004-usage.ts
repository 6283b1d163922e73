import type { Kysely } from 'kysely';

import { columnTypes, type ColumnTypes } from './column-types.ts';

/** Usage that can be audited: decisions, manual readings, findings, virtual meters, tariffs, coefficients, weather. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const types = columnTypes(db);
  await addDecisions(db, types);
  await addManualReadings(db, types);
  await addFindings(db, types);
  await addVirtualMeters(db, types);
  await addTariffs(db, types);
  await addWeather(db, types);
}

async function addDecisions(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('decision')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('meter_id', text, (c) => c.notNull().references('meter.id'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('to_ms', 'bigint')
    .addColumn('register', 'double precision')
    .addColumn('closing_register', 'double precision')
    .addColumn('opening_register', 'double precision')
    .addColumn('multiplier', 'double precision')
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('proposed_by', text)
    .addColumn('proposed_at', 'bigint', (c) => c.notNull())
    .addColumn('decided_by', text)
    .addColumn('decided_at', 'bigint')
    .addColumn('decision_note', text)
    .addColumn('reversed_by', text)
    .addColumn('reversed_at', 'bigint')
    .addColumn('reversal_note', text)
    .execute();
  await db.schema.createIndex('decision_meter').on('decision').columns(['meter_id', 'from_ms']).execute();
  await db.schema.createIndex('decision_state').on('decision').columns(['state', 'proposed_at']).execute();
}

async function addManualReadings(db: Kysely<unknown>, { text, bytes }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('manual_reading')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('meter_id', text, (c) => c.notNull().references('meter.id'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('register', 'double precision', (c) => c.notNull())
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('note', text)
    .addColumn('photo', bytes)
    .addColumn('photo_type', text)
    .addColumn('entered_by', text)
    .addColumn('entered_at', 'bigint', (c) => c.notNull())
    .addColumn('withdrawn_by', text)
    .addColumn('withdrawn_at', 'bigint')
    .execute();
  await db.schema.createIndex('manual_reading_meter').on('manual_reading').columns(['meter_id', 'at']).execute();
}

async function addFindings(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('usage_finding')
    .addColumn('meter_id', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('from_ms', 'bigint', (c) => c.notNull())
    .addColumn('to_ms', 'bigint', (c) => c.notNull())
    .addColumn('register_before', 'double precision')
    .addColumn('register_after', 'double precision')
    .addColumn('noted_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('usage_finding_key', ['meter_id', 'from_ms', 'kind'])
    .execute();
  await db.schema.createIndex('usage_finding_from').on('usage_finding').columns(['from_ms', 'meter_id']).execute();
}

async function addVirtualMeters(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('virtual_meter')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('medium', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('ended_on', text)
    .execute();
  await db.schema.createIndex('virtual_meter_institution').on('virtual_meter').column('institution_id').execute();
  await db.schema
    .createTable('virtual_meter_term')
    .addColumn('virtual_meter_id', text, (c) => c.notNull().references('virtual_meter.id'))
    .addColumn('ordinal', integer, (c) => c.notNull())
    .addColumn('meter_id', text, (c) => c.notNull())
    .addColumn('factor', 'double precision', (c) => c.notNull())
    .addPrimaryKeyConstraint('virtual_meter_term_key', ['virtual_meter_id', 'ordinal'])
    .execute();
  await db.schema.createIndex('virtual_meter_term_meter').on('virtual_meter_term').column('meter_id').execute();
}

async function addTariffs(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('tariff')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('medium', text, (c) => c.notNull())
    .addColumn('source', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createTable('tariff_version')
    .addColumn('tariff_id', text, (c) => c.notNull().references('tariff.id'))
    .addColumn('valid_from', text, (c) => c.notNull())
    .addColumn('prices', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('tariff_version_key', ['tariff_id', 'valid_from'])
    .execute();
  await db.schema
    .createTable('institution_tariff')
    // '' stands for the whole city.
    .addColumn('institution_id', text, (c) => c.notNull())
    .addColumn('medium', text, (c) => c.notNull())
    .addColumn('valid_from', text, (c) => c.notNull())
    .addColumn('tariff_id', text, (c) => c.notNull().references('tariff.id'))
    .addPrimaryKeyConstraint('institution_tariff_key', ['institution_id', 'medium', 'valid_from'])
    .execute();
  await db.schema
    .createTable('coefficient_set')
    .addColumn('valid_from', text, (c) => c.primaryKey())
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('factors', text, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
}

async function addWeather(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('outdoor_temperature')
    .addColumn('region_code', text, (c) => c.notNull())
    .addColumn('date', text, (c) => c.notNull())
    .addColumn('mean_c', 'double precision', (c) => c.notNull())
    .addColumn('source', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('outdoor_temperature_key', ['region_code', 'date'])
    .execute();
}
