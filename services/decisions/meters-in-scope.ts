import type { Kysely, SelectQueryBuilder } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Medium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import type { Scope } from '../scope.ts';

/** What lists say of a meter beside its id. */
export interface MeterHead {
  name: string;
  medium: Medium;
  registerUnit: string;
  /** Whose it is on the date: the institution in scope with the largest share. */
  institutionId: string;
  institutionName: string;
}

const IDS_OF_A_STATEMENT = 400;

/** Which meters are looked for: those that an institution in scope (or one of them) has a share of on the date. */
export interface MetersWanted {
  scope: Scope;
  /** `YYYY-MM-DD` */
  date: string;
  institution?: string | undefined;
}

/** The shares by which meters are in scope, as the start of a query on `meter_share`. */
export function sharesInScope(
  db: Kysely<Database>,
  { scope, date, institution }: MetersWanted,
): SelectQueryBuilder<Database, 'institution' | 'meter_share', object> {
  const query = scopedInstitutions(db, scope)
    .innerJoin('meter_share', 'meter_share.institution_id', 'institution.id')
    .where('meter_share.valid_from', '<=', date)
    .where((eb) => eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', date)]));
  return institution === undefined ? query : query.where('institution.id', '=', institution);
}

/** True where the meters wanted are those of one institution. */
export function isOfFew({ scope, institution }: MetersWanted): boolean {
  return scope.kind === 'institution' || institution !== undefined;
}

/** Heads of meters in scope, by id; one out of scope is left out. */
export async function meterHeads(
  db: Kysely<Database>,
  wanted: MetersWanted,
  ids: readonly string[],
): Promise<Map<string, MeterHead>> {
  const heads = new Map<string, MeterHead>();
  for (const part of inParts([...new Set(ids)], IDS_OF_A_STATEMENT)) {
    const rows = await sharesInScope(db, wanted)
      .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
      .where('meter.id', 'in', part)
      .select(['meter.id', 'meter.name', 'meter.medium', 'meter.register_unit'])
      .select(['institution.id as institution_id', 'institution.name as institution_name'])
      .orderBy('meter_share.share', 'desc')
      .orderBy('meter_share.ordinal')
      .execute();
    for (const row of rows) {
      if (heads.has(row.id)) continue;
      heads.set(row.id, {
        name: row.name,
        medium: row.medium as Medium,
        registerUnit: row.register_unit,
        institutionId: row.institution_id,
        institutionName: row.institution_name,
      });
    }
  }
  return heads;
}

/** Later than any date. */
const OPEN = '9999-12-31';

/**
 * Of some meters those that count, or have counted, for an institution out of scope: until which date (exclusive). What
 * is decided of them from a day before it on changes figures that somebody else answers for.
 */
export async function countedBeyondScope(
  db: Kysely<Database>,
  scope: Scope,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const until = new Map<string, string>();
  if (scope.kind === 'all') return until;
  for (const part of inParts([...new Set(ids)], IDS_OF_A_STATEMENT)) {
    const rows = await db
      .selectFrom('meter_share')
      .select(['meter_id', 'valid_to'])
      .where('meter_id', 'in', part)
      .where('institution_id', 'not in', scopedInstitutions(db, scope).select('institution.id'))
      .execute();
    for (const { meter_id, valid_to } of rows) {
      const end = valid_to ?? OPEN;
      if (end > (until.get(meter_id) ?? '')) until.set(meter_id, end);
    }
  }
  return until;
}
