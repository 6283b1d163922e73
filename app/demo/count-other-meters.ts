import type { Kysely } from 'kysely';

import type { MeterInput } from '../../services/registry/meter-input.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** How many of the demonstration's meters are not in a registry, or with an address or format that they do not speak. */
export async function countOtherMeters(
  db: Kysely<Database>,
  meters: readonly Pick<MeterInput, 'id' | 'address' | 'format'>[],
): Promise<number> {
  const rows = await db.selectFrom('meter').select(['id', 'address', 'format']).execute();
  const known = new Map(rows.map(({ id, address, format }) => [id, `${address ?? ''} ${format ?? ''}`]));
  return meters.filter(({ id, address, format }) => known.get(id) !== `${address ?? ''} ${format ?? ''}`).length;
}
