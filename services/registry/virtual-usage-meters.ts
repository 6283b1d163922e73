import type { Kysely } from 'kysely';

import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { UsageMeter } from '../usage/meter-config.ts';
import { within, type IdRange } from './id-range.ts';

/** Virtual meters as usage knows them, by id: their terms, and no share of anything. `range` narrows to some ids. */
export async function virtualUsageMeters(db: Kysely<Database>, range: IdRange = {}): Promise<UsageMeter[]> {
  const rows = await within(db.selectFrom('virtual_meter'), 'virtual_meter.id', range)
    .select(['id', 'medium', 'ended_on'])
    .orderBy('id')
    .execute();
  if (rows.length === 0) return [];
  const terms = new Map(rows.map(({ id }) => [id, [] as { meterId: string; factor: number }[]]));
  const ofRange = within(db.selectFrom('virtual_meter_term'), 'virtual_meter_term.virtual_meter_id', range)
    .selectAll()
    .orderBy('ordinal');
  for (const row of await ofRange.execute())
    terms.get(row.virtual_meter_id)?.push({ meterId: row.meter_id, factor: row.factor });
  return rows.map(({ id, medium, ended_on }) => ({
    id,
    medium: medium as UsageMedium,
    registerUnit: CANONICAL_UNIT[medium as UsageMedium],
    registerModulus: null,
    ratedMaximum: null,
    expectedIntervalS: 900,
    parentId: null,
    multipliers: [],
    shares: [],
    terms: terms.get(id) ?? [],
    ...(ended_on === null ? {} : { endedOn: ended_on }),
  }));
}
