import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database, ZoneTable } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { NewZone, RegistryZone, ZoneChange } from '../api/schemas/building.ts';
import type { Scope } from '../scope.ts';
import { inTransaction } from './in-transaction.ts';
import { behindKey, hasEnded, hasText, orderOf, type ListNarrowing, type ListPage } from './list-order.ts';
import { requireLivingInstitution } from './require-living-institution.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

/** Which zones to read; `date` is today. */
export interface ZoneFilter extends ListPage, ListNarrowing {
  date: string;
  id?: string | undefined;
  institution?: string | undefined;
  building?: string | undefined;
  kind?: string | undefined;
}

/** The zones of a scope, by id where no other order is asked for. */
export async function listZones(db: Kysely<Database>, scope: Scope, filter: ZoneFilter): Promise<RegistryZone[]> {
  const { column, direction } = orderOf(filter.sort);
  let query = scopedInstitutions(db, scope)
    .innerJoin('zone', 'zone.institution_id', 'institution.id')
    .selectAll('zone')
    .orderBy(`zone.${column}`, direction)
    .orderBy('zone.id', direction);
  if (filter.id !== undefined) query = query.where('zone.id', '=', filter.id);
  if (filter.institution !== undefined) query = query.where('zone.institution_id', '=', filter.institution);
  if (filter.building !== undefined) query = query.where('zone.building_id', '=', filter.building);
  if (filter.kind !== undefined) query = query.where('zone.kind', '=', filter.kind);
  if (filter.text !== undefined) query = query.where(hasText('zone', filter.text));
  if (filter.ended !== undefined) query = query.where(hasEnded('zone', filter.ended, filter.date));
  if (filter.after !== undefined) query = query.where(behindKey('zone', filter));
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return (await query.execute()).map(itemOf);
}

/** One zone; `not-found` alike where there is none and where the scope does not reach it. */
export async function getZone(db: Kysely<Database>, scope: Scope, id: string, date: string): Promise<RegistryZone> {
  const [zone] = await listZones(db, scope, { id, date });
  if (zone === undefined) throw new PlatformError('not-found', `There is no zone ${id}`);
  return zone;
}

/**
 * Enters a zone. Fails with `conflict` where the id is taken, `bad-request` where institution or building are not there,
 * or the building is another institution's.
 */
export async function createZone(db: Kysely<Database>, input: NewZone, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const taken = await trx.selectFrom('zone').select('id').where('id', '=', input.id).executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `There is a zone with the id ${input.id}`);
    await requireLivingInstitution(trx, input.institutionId);
    if (input.buildingId !== undefined) await requireOwnBuilding(trx, input.institutionId, input.buildingId);
    await trx
      .insertInto('zone')
      .values({
        id: input.id,
        institution_id: input.institutionId,
        building_id: input.buildingId ?? null,
        name: input.name,
        kind: input.kind,
        area_m2: input.areaM2 ?? null,
        ended_on: null,
        created_at: change.nowMs,
      })
      .execute();
    await writeAudit(trx, change, { action: 'create', object: `zone/${input.id}`, after: input });
  });
}

/**
 * Changes a zone, and the day on which it ends; meters that stand in it follow its kind and building. Fails with
 * `not-found`, `bad-request`, and with `conflict` where a meter still stands in it, or counts for it, on that day.
 */
export async function changeZone(db: Kysely<Database>, id: string, given: ZoneChange, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = itemOf(await findZone(trx, id));
    const after: RegistryZone = { ...before, ...given };
    if (after.buildingId !== null && after.buildingId !== before.buildingId) {
      await requireOwnBuilding(trx, before.institutionId, after.buildingId);
    }
    if (after.endedOn !== null && after.endedOn !== before.endedOn) await requireUnused(trx, id, after.endedOn);
    const { name, kind, areaM2, buildingId, endedOn } = after;
    await trx
      .updateTable('zone')
      .set({ name, kind, area_m2: areaM2, building_id: buildingId, ended_on: endedOn })
      .where('id', '=', id)
      .execute();
    await trx
      .updateTable('meter')
      .set({ zone_kind: kind, building_id: buildingId })
      .where('zone_id', '=', id)
      .execute();
    await writeAudit(trx, change, { action: 'change', object: `zone/${id}`, before, after });
  });
}

/** Takes out a zone that was entered in error. Fails with `not-found`, `conflict` where a meter or a share names it. */
export async function deleteZone(db: Kysely<Database>, id: string, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = itemOf(await findZone(trx, id));
    const meter = await trx.selectFrom('meter').select('id').where('zone_id', '=', id).executeTakeFirst();
    const share = await trx
      .selectFrom('meter_share')
      .select('meter_id as id')
      .where('zone_id', '=', id)
      .executeTakeFirst();
    const user = meter ?? share;
    if (user !== undefined) {
      throw new PlatformError('conflict', `The meter ${user.id} names the zone ${id}; end the zone on a date instead`);
    }
    await trx.deleteFrom('zone').where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'delete', object: `zone/${id}`, before });
  });
}

async function requireOwnBuilding(db: Kysely<Database>, institutionId: string, buildingId: string): Promise<void> {
  const building = await db
    .selectFrom('building')
    .select(['institution_id', 'ended_on'])
    .where('id', '=', buildingId)
    .executeTakeFirst();
  if (building === undefined) {
    throw new PlatformError('bad-request', `buildingId: there is no building ${buildingId}; enter it first`);
  }
  if (building.institution_id !== institutionId) {
    throw new PlatformError(
      'bad-request',
      `buildingId: ${buildingId} belongs to ${building.institution_id}; a zone in it belongs to that institution, not to ${institutionId}`,
    );
  }
  if (building.ended_on !== null) {
    throw new PlatformError('bad-request', `buildingId: ${buildingId} ended on ${building.ended_on}; take another`);
  }
}

async function requireUnused(db: Kysely<Database>, id: string, endedOn: string): Promise<void> {
  const meter = await db
    .selectFrom('meter')
    .select('id')
    .where('zone_id', '=', id)
    .where(hasEnded('meter', false, endedOn))
    .executeTakeFirst();
  const share = await db
    .selectFrom('meter_share')
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .select('meter.id')
    .where('meter_share.zone_id', '=', id)
    .where((eb) => eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', endedOn)]))
    .where(hasEnded('meter', false, endedOn))
    .executeTakeFirst();
  const user = meter ?? share;
  if (user === undefined) return;
  throw new PlatformError('conflict', `endedOn: the meter ${user.id} is still in ${id} on ${endedOn}; move it first`);
}

async function findZone(db: Kysely<Database>, id: string): Promise<Selectable<ZoneTable>> {
  const row = await db.selectFrom('zone').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no zone ${id}`);
  return row;
}

function itemOf(row: Selectable<ZoneTable>): RegistryZone {
  return {
    id: row.id,
    institutionId: row.institution_id,
    buildingId: row.building_id,
    name: row.name,
    kind: row.kind as RegistryZone['kind'],
    areaM2: row.area_m2,
    endedOn: row.ended_on,
  };
}
