import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { MeterRow } from './meter-row.ts';

/**
 * The row with what its zone says of it: the zone's building and its kind. Throws `bad-request` where building or zone
 * are not known, have ended, or contradict each other.
 */
export async function placedRow(db: Kysely<Database>, row: MeterRow, date: string): Promise<MeterRow> {
  const zone = row.zone_id === null ? undefined : await findZone(db, row.zone_id, date);
  const buildingId = row.building_id ?? zone?.building_id ?? null;
  if (buildingId !== null) await requireBuilding(db, buildingId, date);
  if (zone === undefined) return row;
  if (zone.building_id !== buildingId) {
    throw new PlatformError(
      'bad-request',
      `zoneId: ${row.zone_id} lies in ${zone.building_id === null ? 'no building' : `the building ${zone.building_id}`}, not in ${buildingId}; correct one of the two, or leave buildingId out`,
    );
  }
  if (row.zone_kind !== null && row.zone_kind !== zone.kind) {
    throw new PlatformError(
      'bad-request',
      `zoneKind: ${row.zone_id} is of the kind ${zone.kind}, not ${row.zone_kind}; leave it out, or correct the zone`,
    );
  }
  return { ...row, building_id: buildingId, zone_kind: zone.kind };
}

async function findZone(
  db: Kysely<Database>,
  id: string,
  date: string,
): Promise<{ building_id: string | null; kind: string }> {
  const zone = await db
    .selectFrom('zone')
    .select(['building_id', 'kind', 'ended_on'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (zone === undefined) throw new PlatformError('bad-request', `zoneId: there is no zone ${id}; enter it first`);
  if (zone.ended_on !== null && zone.ended_on <= date) {
    throw new PlatformError('bad-request', `zoneId: the zone ${id} ended on ${zone.ended_on}; take another`);
  }
  return zone;
}

async function requireBuilding(db: Kysely<Database>, id: string, date: string): Promise<void> {
  const building = await db.selectFrom('building').select('ended_on').where('id', '=', id).executeTakeFirst();
  if (building === undefined) {
    throw new PlatformError('bad-request', `buildingId: there is no building ${id}; enter it first`);
  }
  if (building.ended_on !== null && building.ended_on <= date) {
    throw new PlatformError(
      'bad-request',
      `buildingId: the building ${id} ended on ${building.ended_on}; take another`,
    );
  }
}
