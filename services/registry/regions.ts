import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database, RegionTable } from '../../storage/relational/schema.ts';
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

/** Throws `bad-request`, naming the field, where no region has the code. */
export async function requireRegion(db: Kysely<Database>, field: string, code: string): Promise<void> {
  const found = await db.selectFrom('region').select('code').where('code', '=', code).executeTakeFirst();
  if (found === undefined) {
    throw new PlatformError('bad-request', `${field}: no region has the code ${code}; GET /api/regions lists them`);
  }
}
