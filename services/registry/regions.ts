import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database, RegionTable } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { NewRegion, Region, RegionChange } from '../api/schemas/institution.ts';
import { inTransaction } from './in-transaction.ts';

/** Baotou and its ten 旗县区, codes and names of GB/T 2260 (150271 is a code of the statistics bureau). */
const BAOTOU: readonly RegionTable[] = [
  { code: '150200', name_zh: '包头市', name_en: 'Baotou City', kind: 'city', parent_code: null },
  ...(
    [
      ['150202', '东河区', 'Donghe District', 'district'],
      ['150203', '昆都仑区', 'Kundulun District', 'district'],
      ['150204', '青山区', 'Qingshan District', 'district'],
      ['150205', '石拐区', 'Shiguai District', 'district'],
      ['150206', '白云鄂博矿区', 'Bayan Obo Mining District', 'district'],
      ['150207', '九原区', 'Jiuyuan District', 'district'],
      ['150221', '土默特右旗', 'Tumed Right Banner', 'banner'],
      ['150222', '固阳县', 'Guyang County', 'county'],
      ['150223', '达尔罕茂明安联合旗', 'Darhan Muminggan United Banner', 'banner'],
      ['150271', '包头稀土高新技术产业开发区', 'Baotou Rare Earth Hi-tech Industrial Development Zone', 'zone'],
    ] as const
  ).map(([code, name_zh, name_en, kind]) => ({ code, name_zh, name_en, kind, parent_code: '150200' })),
];

/** Puts the city and its districts into the registry; leaves what stands there as it is, so it may run at every start. */
export async function seedRegions(db: Kysely<Database>): Promise<void> {
  await inTransaction(db, async (trx) => {
    for (const region of BAOTOU) {
      await trx
        .insertInto('region')
        .values(region)
        .onConflict((conflict) => conflict.column('code').doNothing())
        .execute();
    }
  });
}

/** All regions by code, parents before children of the same prefix. */
export function listRegions(db: Kysely<Database>): Promise<Selectable<RegionTable>[]> {
  return db.selectFrom('region').selectAll().orderBy('code').execute();
}

/** A region by the names that the API gives its columns. */
export function regionItem(row: RegionTable): Region {
  const { code, name_zh: name, name_en: nameEn, kind, parent_code: parentCode } = row;
  return { code, name, nameEn, kind, parentCode };
}

/**
 * Enters a 街道, 镇, 乡 or 苏木 below a district. Fails with `conflict` where the code is taken and `bad-request` where
 * it does not begin with the district's, or the parent is no district.
 */
export async function createRegion(db: Kysely<Database>, input: NewRegion, change: Change): Promise<Region> {
  const { code, parentCode, name, nameEn, kind } = input;
  return inTransaction(db, async (trx) => {
    const parent = await trx.selectFrom('region').selectAll().where('code', '=', parentCode).executeTakeFirst();
    if (parent === undefined) {
      throw new PlatformError(
        'bad-request',
        `parentCode: no region has the code ${parentCode}; GET /api/regions lists them`,
      );
    }
    if (parent.parent_code === null) {
      throw new PlatformError(
        'bad-request',
        `parentCode: ${parentCode} (${parent.name_zh}) is the city; name the 旗县区`,
      );
    }
    if (!code.startsWith(parentCode)) {
      throw new PlatformError(
        'bad-request',
        `code: ${code} does not begin with ${parentCode}, the code of ${parent.name_zh}`,
      );
    }
    const taken = await trx.selectFrom('region').select('name_zh').where('code', '=', code).executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `code: ${code} is the code of ${taken.name_zh}`);
    const row = { code, name_zh: name, name_en: nameEn ?? name, kind, parent_code: parentCode };
    await trx.insertInto('region').values(row).execute();
    await writeAudit(trx, change, { action: 'create', object: `region/${code}`, after: input });
    return regionItem(row);
  });
}

/** Renames a region. Fails with `not-found`. */
export async function renameRegion(
  db: Kysely<Database>,
  code: string,
  given: RegionChange,
  change: Change,
): Promise<Region> {
  return inTransaction(db, async (trx) => {
    const row = await findRegion(trx, code);
    const renamed = { ...row, name_zh: given.name ?? row.name_zh, name_en: given.nameEn ?? row.name_en };
    const { name_zh, name_en } = renamed;
    await trx.updateTable('region').set({ name_zh, name_en }).where('code', '=', code).execute();
    const [before, after] = [regionItem(row), regionItem(renamed)];
    await writeAudit(trx, change, { action: 'change', object: `region/${code}`, before, after });
    return after;
  });
}

/** Takes out a region below a district that was entered in error. Fails with `not-found`, `conflict` where it is used. */
export async function deleteRegion(db: Kysely<Database>, code: string, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const row = await findRegion(trx, code);
    if (BAOTOU.some((region) => region.code === code)) {
      throw new PlatformError('conflict', `${row.name_zh} belongs to the city's own regions and stays`);
    }
    const institution = await trx
      .selectFrom('institution')
      .select('id')
      .where((eb) => eb.or([eb('region_code', '=', code), eb('reports_to', '=', code)]))
      .executeTakeFirst();
    if (institution !== undefined) throw inUse(row.name_zh, `the institution ${institution.id}`);
    const user = await trx.selectFrom('app_user').select('username').where('region_code', '=', code).executeTakeFirst();
    if (user !== undefined) throw inUse(row.name_zh, `the user ${user.username}`);
    const reader = await trx.selectFrom('mqtt_reader').select('id').where('region_code', '=', code).executeTakeFirst();
    if (reader !== undefined) throw inUse(row.name_zh, `the reader of alerts ${reader.id}`);
    await trx.deleteFrom('region').where('code', '=', code).execute();
    await writeAudit(trx, change, { action: 'delete', object: `region/${code}`, before: regionItem(row) });
  });
}

function inUse(name: string, by: string): PlatformError {
  return new PlatformError('conflict', `${name} is the region of ${by}; change that first`);
}

async function findRegion(db: Kysely<Database>, code: string): Promise<Selectable<RegionTable>> {
  const row = await db.selectFrom('region').selectAll().where('code', '=', code).executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no region ${code}`);
  return row;
}

/** Throws `bad-request`, naming the field, where no region has the code. */
export async function requireRegion(db: Kysely<Database>, field: string, code: string): Promise<void> {
  const found = await db.selectFrom('region').select('code').where('code', '=', code).executeTakeFirst();
  if (found === undefined) {
    throw new PlatformError('bad-request', `${field}: no region has the code ${code}; GET /api/regions lists them`);
  }
}
