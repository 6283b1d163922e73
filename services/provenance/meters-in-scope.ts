import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import type { Scope } from '../scope.ts';

/** SQL's lists of parameters are bounded. */
const PORTION = 500;

/** Days of the configured zone, `YYYY-MM-DD`, both included. */
export interface Days {
  first: string;
  last: string;
}

/**
 * The names of those of the meters that an institution in scope had a share of on one of the days: what a figure of
 * theirs was made of may be seen by who sees the figure, also when the meter has moved since.
 */
export async function metersInScope(
  db: Kysely<Database>,
  scope: Scope,
  ids: readonly string[],
  { first, last }: Days,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const part of inParts(ids, PORTION)) {
    const rows = await scopedInstitutions(db, scope)
      .innerJoin('meter_share', 'meter_share.institution_id', 'institution.id')
      .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
      .where('meter_share.meter_id', 'in', part)
      .where('meter_share.valid_from', '<=', last)
      .where((eb) => eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', first)]))
      .select(['meter.id', 'meter.name'])
      .distinct()
      .execute();
    for (const { id, name } of rows) names.set(id, name);
  }
  return names;
}
