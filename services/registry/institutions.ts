import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { Institution, NewInstitution } from '../api/schemas/institution.ts';
import type { Scope } from '../scope.ts';
import { inTransaction } from './in-transaction.ts';
import { requireRegion } from './regions.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

const ATTRIBUTES = ['areaM2', 'officeAreaM2', 'headcount', 'establishment'] as const;

/** Figures given without a date hold from the beginning. */
const BEGINNING = '1970-01-01';

/**
 * Enters an institution with its dated figures. It reports to its region where nothing else is said. Fails with
 * `conflict` where the id is taken and `bad-request` where a region is not known.
 */
export async function createInstitution(db: Kysely<Database>, input: NewInstitution, change: Change): Promise<void> {
  const reportsTo = input.reportsTo ?? input.regionCode;
  await inTransaction(db, async (trx) => {
    await requireRegion(trx, 'regionCode', input.regionCode);
    await requireRegion(trx, 'reportsTo', reportsTo);
    const taken = await trx.selectFrom('institution').select('id').where('id', '=', input.id).executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `There is an institution with the id ${input.id}`);
    await trx
      .insertInto('institution')
      .values({
        id: input.id,
        name: input.name,
        credit_code: input.creditCode ?? null,
        type: input.type,
        region_code: input.regionCode,
        reports_to: reportsTo,
        department: input.department ?? null,
        liaison: input.liaison ?? null,
        rule_settings: null,
        created_at: change.nowMs,
      })
      .execute();
    for (const name of ATTRIBUTES) {
      const value = input[name];
      if (value === undefined) continue;
      await trx
        .insertInto('institution_attribute')
        .values({ institution_id: input.id, name, value, valid_from: BEGINNING, valid_to: null })
        .execute();
    }
    await writeAudit(trx, change, { action: 'create', object: `institution/${input.id}`, after: input });
  });
}

/** Which institutions to read, and as of which date (`YYYY-MM-DD`) their figures are wanted. */
export interface InstitutionFilter {
  date: string;
  id?: string;
  /** Only ids after this one. */
  after?: string;
  limit?: number;
}

/** The institutions of a scope, by id, with the figures in force on a date. */
export async function listInstitutions(
  db: Kysely<Database>,
  scope: Scope,
  filter: InstitutionFilter,
): Promise<Institution[]> {
  let query = scopedInstitutions(db, scope)
    .innerJoin('region', 'region.code', 'institution.region_code')
    .innerJoin('region as supervisor', 'supervisor.code', 'institution.reports_to')
    .selectAll('institution')
    .select(['region.name_zh as region_name', 'supervisor.name_zh as supervisor_name'])
    .orderBy('institution.id');
  if (filter.id !== undefined) query = query.where('institution.id', '=', filter.id);
  if (filter.after !== undefined) query = query.where('institution.id', '>', filter.after);
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  const rows = await query.execute();
  const figures = await figuresOn(
    db,
    rows.map((row) => row.id),
    filter.date,
  );
  return rows.map((row) => {
    const figure = (name: (typeof ATTRIBUTES)[number]): number | null => figures.get(`${row.id} ${name}`) ?? null;
    return {
      id: row.id,
      name: row.name,
      type: row.type,
      creditCode: row.credit_code,
      regionCode: row.region_code,
      regionName: row.region_name,
      reportsTo: row.reports_to,
      reportsToName: row.supervisor_name,
      department: row.department,
      liaison: row.liaison,
      areaM2: figure('areaM2'),
      officeAreaM2: figure('officeAreaM2'),
      headcount: figure('headcount'),
      establishment: figure('establishment'),
    };
  });
}

/** One institution; `not-found` alike where there is none and where the scope does not reach it. */
export async function getInstitution(
  db: Kysely<Database>,
  scope: Scope,
  id: string,
  date: string,
): Promise<Institution> {
  const [institution] = await listInstitutions(db, scope, { id, date });
  if (institution === undefined) throw noInstitution(id);
  return institution;
}

/** Throws `not-found` unless the scope reaches the institution. */
export async function requireInstitution(db: Kysely<Database>, scope: Scope, id: string): Promise<void> {
  const row = await scopedInstitutions(db, scope)
    .where('institution.id', '=', id)
    .select('institution.id')
    .executeTakeFirst();
  if (row === undefined) throw noInstitution(id);
}

function noInstitution(id: string): PlatformError {
  return new PlatformError('not-found', `There is no institution ${id}`);
}

/** Figures by `id name`. Whole table where many are asked for: SQL's lists of parameters are bounded. */
async function figuresOn(db: Kysely<Database>, ids: readonly string[], date: string): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  let query = db
    .selectFrom('institution_attribute')
    .select(['institution_id', 'name', 'value'])
    .where('valid_from', '<=', date)
    .where((eb) => eb.or([eb('valid_to', 'is', null), eb('valid_to', '>', date)]));
  if (ids.length <= 500) query = query.where('institution_id', 'in', ids);
  return new Map((await query.execute()).map((row) => [`${row.institution_id} ${row.name}`, row.value]));
}
