import { sql, type Kysely } from 'kysely';

import { columnTypes, type ColumnTypes } from './column-types.ts';

/** Meters as they are in the field: buildings and zones, the life of a meter, bindings, calendars, what was heard. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const types = columnTypes(db);
  await addRevision(db);
  await addBuildings(db, types);
  await widenMeters(db, types);
  await renewShares(db, types);
  await addBindings(db, types);
  await addCalendars(db, types);
  await addHeard(db, types);
  await addSparkplug(db, types);
}

async function addRevision(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('registry_state')
    .addColumn('id', 'integer', (c) => c.primaryKey())
    .addColumn('revision', 'bigint', (c) => c.notNull())
    .execute();
  await sql`insert into registry_state (id, revision) values (1, 0)`.execute(db);
}

async function addBuildings(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('institution').addColumn('ended_on', text).execute();
  await db.schema.alterTable('collector').addColumn('ended_on', text).execute();
  await db.schema
    .createTable('building')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('building_class', text)
    .addColumn('built_year', integer)
    .addColumn('heating_mode', text)
    .addColumn('area_m2', 'double precision')
    .addColumn('ended_on', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('building_institution').on('building').column('institution_id').execute();
  await db.schema
    .createTable('zone')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('building_id', text, (c) => c.references('building.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('area_m2', 'double precision')
    .addColumn('ended_on', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('zone_institution').on('zone').column('institution_id').execute();
}

async function widenMeters(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { text } = types;
  await db.schema.alterTable('meter').addColumn('building_id', text).execute();
  await db.schema.alterTable('meter').addColumn('zone_id', text).execute();
  await db.schema
    .alterTable('meter')
    .addColumn('direction', text, (c) => c.notNull().defaultTo('import'))
    .execute();
  await db.schema.alterTable('meter').addColumn('primary_register', text).execute();
  await db.schema.alterTable('meter').addColumn('certificate', text).execute();
  await db.schema.alterTable('meter').addColumn('certificate_expires', text).execute();
  await db.schema.alterTable('meter').addColumn('ended_on', text).execute();
  await db.schema.createIndex('meter_parent').on('meter').column('parent_id').execute();
  await types
    .withId(db.schema.createTable('meter_event'))
    .addColumn('meter_id', text, (c) => c.notNull().references('meter.id'))
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('closing_register', 'double precision')
    .addColumn('opening_register', 'double precision')
    .addColumn('note', text)
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('device_before', text)
    .addColumn('device_after', text)
    .execute();
  await db.schema.createIndex('meter_event_meter').on('meter_event').columns(['meter_id', 'at']).execute();
  await db.schema.createIndex('meter_name').on('meter').columns(['name', 'id']).execute();
  await db.schema.createIndex('meter_zone').on('meter').column('zone_id').execute();
  // Who entered what of a meter's life is read from the trail.
  await db.schema.createIndex('audit_object').on('audit').column('object').execute();
}

// One institution may have several shares of a meter, by zone and sub-item: the old key allowed one.
async function renewShares(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema.dropIndex('meter_share_institution').execute();
  await db.schema.alterTable('meter_share').renameTo('meter_share_before').execute();
  await db.schema
    .createTable('meter_share')
    .addColumn('meter_id', text, (c) => c.notNull().references('meter.id'))
    .addColumn('valid_from', text, (c) => c.notNull())
    .addColumn('ordinal', integer, (c) => c.notNull())
    .addColumn('institution_id', text, (c) => c.notNull().references('institution.id'))
    .addColumn('zone_id', text)
    .addColumn('sub_item', text)
    .addColumn('share', 'double precision', (c) => c.notNull())
    .addColumn('valid_to', text)
    .addPrimaryKeyConstraint('meter_share_place', ['meter_id', 'valid_from', 'ordinal'])
    .execute();
  await sql`
    insert into meter_share (meter_id, valid_from, ordinal, institution_id, zone_id, sub_item, share, valid_to)
    select meter_id, valid_from,
      row_number() over (partition by meter_id, valid_from order by institution_id) - 1,
      institution_id, zone_id, sub_item, share, valid_to
    from meter_share_before`.execute(db);
  await db.schema.dropTable('meter_share_before').execute();
  await db.schema.createIndex('meter_share_institution').on('meter_share').column('institution_id').execute();
}

async function addBindings(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('binding')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('collector_id', text, (c) => c.references('collector.id'))
    .addColumn('topic', text, (c) => c.notNull())
    .addColumn('format', text, (c) => c.notNull())
    .addColumn('mapping', text)
    .addColumn('enabled', integer, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute();
}

async function addCalendars(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('calendar')
    .addColumn('institution_id', text, (c) => c.notNull())
    .addColumn('valid_from', text, (c) => c.notNull())
    .addColumn('settings', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('calendar_key', ['institution_id', 'valid_from'])
    .execute();
  await db.schema
    .createTable('calendar_day')
    .addColumn('institution_id', text, (c) => c.notNull())
    .addColumn('date', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('calendar_day_key', ['institution_id', 'date'])
    .execute();
}

async function addHeard(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await db.schema.alterTable('quarantine').addColumn('address', text).execute();
  await db.schema.createIndex('quarantine_address').on('quarantine').columns(['address', 'reason']).execute();
  await db.schema
    .createTable('heard_meter')
    .addColumn('collector', text, (c) => c.notNull())
    .addColumn('named_by', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('format', text)
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('messages', 'bigint', (c) => c.notNull())
    .addColumn('last_fields', text, (c) => c.notNull())
    .addColumn('other_addresses', text)
    .addPrimaryKeyConstraint('heard_meter_key', ['collector', 'named_by', 'name'])
    .execute();
  await db.schema
    .createTable('heard_collector')
    .addColumn('name', text, (c) => c.primaryKey())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('times', 'bigint', (c) => c.notNull())
    .addColumn('client_id', text, (c) => c.notNull())
    .addColumn('address', text, (c) => c.notNull())
    .execute();
}

async function addSparkplug(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('sparkplug_birth')
    .addColumn('collector', text, (c) => c.notNull())
    .addColumn('node', text, (c) => c.notNull())
    .addColumn('device', text, (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('metrics', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('sparkplug_birth_key', ['collector', 'node', 'device', 'position'])
    .execute();
  await db.schema
    .createTable('sparkplug_node')
    .addColumn('collector', text, (c) => c.notNull())
    .addColumn('node', text, (c) => c.notNull())
    .addColumn('online', integer, (c) => c.notNull())
    .addColumn('position', 'bigint', (c) => c.notNull())
    .addColumn('sequence', integer)
    .addColumn('gaps', 'bigint', (c) => c.notNull())
    .addColumn('last_gap_at', 'bigint')
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('sparkplug_node_key', ['collector', 'node'])
    .execute();
}
