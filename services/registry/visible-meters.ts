import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Scope } from '../scope.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

const IDS_OF_A_STATEMENT = 400;

/** Those of the meters that a scope reaches: an institution in it has a share of them on the date (`YYYY-MM-DD`). */
export async function visibleMeters(
  db: Kysely<Database>,
  scope: Scope,
  ids: readonly string[],
  date: string,
): Promise<Set<string>> {
  const visible = new Set<string>();
  for (const part of inParts(ids, IDS_OF_A_STATEMENT)) {
    const rows = await scopedInstitutions(db, scope)
      .innerJoin('meter_share', 'meter_share.institution_id', 'institution.id')
      .select('meter_share.meter_id')
      .distinct()
      .where('meter_share.meter_id', 'in', part)
      .where('meter_share.valid_from', '<=', date)
      .where((eb) => eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', date)]))
      .execute();
    for (const { meter_id } of rows) visible.add(meter_id);
  }
  return visible;
}
