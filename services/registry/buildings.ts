import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database, BuildingTable } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { Building, BuildingChange, NewBuilding } from '../api/schemas/building.ts';
import type { Scope } from '../scope.ts';
import { inTransaction } from './in-transaction.ts';
import { behindKey, hasEnded, hasText, orderOf, type ListNarrowing, type ListPage } from './list-order.ts';
import { requireLivingInstitution } from './require-living-institution.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

/** Which buildings to read; `date` is today. */
export interface BuildingFilter extends ListPage, ListNarrowing {
  date: string;
  id?: string | undefined;
  institution?: string | undefined;
}

/** The buildings of a scope, by id where no other order is asked for. */
export async function listBuildings(db: Kysely<Database>, scope: Scope, filter: BuildingFilter): Promise<Building[]> {
  const { column, direction } = orderOf(filter.sort);
  let query = scopedInstitutions(db, scope)
    .innerJoin('building', 'building.institution_id', 'institution.id')
    .selectAll('building')
    .orderBy(`building.${column}`, direction)
    .orderBy('building.id', direction);
  if (filter.id !== undefined) query = query.where('building.id', '=', filter.id);
  if (filter.institution !== undefined) query = query.where('building.institution_id', '=', filter.institution);
  if (filter.text !== undefined) query = query.where(hasText('building', filter.text));
  if (filter.ended !== undefined) query = query.where(hasEnded('building', filter.ended, filter.date));
  if (filter.after !== undefined) query = query.where(behindKey('building', filter));
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return (await query.execute()).map(itemOf);
}

/** One building; `not-found` alike where there is none and where the scope does not reach it. */
export async function getBuilding(db: Kysely<Database>, scope: Scope, id: string, date: string): Promise<Building> {
  const [building] = await listBuildings(db, scope, { id, date });
  if (building === undefined) throw new PlatformError('not-found', `There is no building ${id}`);
  return building;
}

/** Enters a building. Fails with `conflict` where the id is taken, `bad-request` where the institution is not there. */
export async function createBuilding(db: Kysely<Database>, input: NewBuilding, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const taken = await trx.selectFrom('building').select('id').where('id', '=', input.id).executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `There is a building with the id ${input.id}`);
    await requireLivingInstitution(trx, input.institutionId);
    await trx
      .insertInto('building')
      .values({
        id: input.id,
        institution_id: input.institutionId,
        name: input.name,
        building_class: input.buildingClass ?? null,
        built_year: input.builtYear ?? null,
        heating_mode: input.heatingMode ?? null,
        area_m2: input.areaM2 ?? null,
        ended_on: null,
        created_at: change.nowMs,
      })
      .execute();
    await writeAudit(trx, change, { action: 'create', object: `building/${input.id}`, after: input });
  });
}

/**
 * Changes a building, and the day on which it ends. Fails with `not-found`, and with `conflict` where zones or meters in
 * it have not ended by that day.
 */
export async function changeBuilding(
  db: Kysely<Database>,
  id: string,
  given: BuildingChange,
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = itemOf(await findBuilding(trx, id));
    const after: Building = { ...before, ...given };
    if (after.endedOn !== null && after.endedOn !== before.endedOn) await requireEmpty(trx, id, after.endedOn);
    await trx
      .updateTable('building')
      .set({
        name: after.name,
        building_class: after.buildingClass,
        built_year: after.builtYear,
        heating_mode: after.heatingMode,
        area_m2: after.areaM2,
        ended_on: after.endedOn,
      })
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, change, { action: 'change', object: `building/${id}`, before, after });
  });
}

/** Takes out a building that was entered in error. Fails with `not-found`, `conflict` where zones or meters name it. */
export async function deleteBuilding(db: Kysely<Database>, id: string, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = itemOf(await findBuilding(trx, id));
    const zone = await trx.selectFrom('zone').select('id').where('building_id', '=', id).executeTakeFirst();
    const meter = await trx.selectFrom('meter').select('id').where('building_id', '=', id).executeTakeFirst();
    const user = zone === undefined ? meter && `the meter ${meter.id}` : `the zone ${zone.id}`;
    if (user !== undefined) {
      throw new PlatformError(
        'conflict',
        `${user} is in the building ${id}; take it out of there, or end the building`,
      );
    }
    await trx.deleteFrom('building').where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'delete', object: `building/${id}`, before });
  });
}

async function requireEmpty(db: Kysely<Database>, id: string, endedOn: string): Promise<void> {
  const zone = await db
    .selectFrom('zone')
    .select('id')
    .where('building_id', '=', id)
    .where(hasEnded('zone', false, endedOn))
    .executeTakeFirst();
  if (zone !== undefined) {
    throw new PlatformError('conflict', `endedOn: the zone ${zone.id} has not ended by ${endedOn}; end it first`);
  }
  const meter = await db
    .selectFrom('meter')
    .select('id')
    .where('building_id', '=', id)
    .where(hasEnded('meter', false, endedOn))
    .executeTakeFirst();
  if (meter !== undefined) {
    throw new PlatformError(
      'conflict',
      `endedOn: the meter ${meter.id} is still in ${id} on ${endedOn}; remove it first`,
    );
  }
}

async function findBuilding(db: Kysely<Database>, id: string): Promise<Selectable<BuildingTable>> {
  const row = await db.selectFrom('building').selectAll().where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no building ${id}`);
  return row;
}

function itemOf(row: Selectable<BuildingTable>): Building {
  return {
    id: row.id,
    institutionId: row.institution_id,
    name: row.name,
    buildingClass: row.building_class as Building['buildingClass'],
    builtYear: row.built_year,
    heatingMode: row.heating_mode as Building['heatingMode'],
    areaM2: row.area_m2,
    endedOn: row.ended_on,
  };
}
