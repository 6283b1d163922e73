import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import { ATTRIBUTES, type AttributeName, type Institution, type NewInstitution } from '../api/schemas/institution.ts';
import type { Scope } from '../scope.ts';
import { attributesProblem } from './attributes-problem.ts';
import { BEGINNING } from './dated-periods.ts';
import { inTransaction } from './in-transaction.ts';
import { behindKey, hasEnded, hasText, orderOf, type ListNarrowing, type ListPage } from './list-order.ts';
import { requireRegion } from './regions.ts';
import { requireCreditCode } from './require-credit-code.ts';
import { regionAndBelow, scopedInstitutions } from './scoped-institutions.ts';

/**
 * Enters an institution with its dated figures. It reports to its region where nothing else is said. Fails with
 * `conflict` where the id is taken and `bad-request` where a region is not known.
 */
export async function createInstitution(db: Kysely<Database>, input: NewInstitution, change: Change): Promise<void> {
  const reportsTo = input.reportsTo ?? input.regionCode;
  await inTransaction(db, async (trx) => {
    await requireRegion(trx, 'regionCode', input.regionCode);
    await requireRegion(trx, 'reportsTo', reportsTo);
    await requireCreditCode(trx, input.id, input.creditCode);
    requireFigures(input);
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

function requireFigures(input: NewInstitution): void {
  const figures = ATTRIBUTES.flatMap((name) => {
    const value = input[name];
    return value === undefined ? [] : [[name, [{ from: BEGINNING, to: null, value }]] as const];
  });
  const problem = attributesProblem(Object.fromEntries(figures));
  if (problem !== undefined) throw new PlatformError('bad-request', problem);
}

/** Which institutions to read, and as of which date (`YYYY-MM-DD`) their figures are wanted. */
export interface InstitutionFilter extends ListPage, ListNarrowing {
  date: string;
  id?: string | undefined;
  /** Stands in this region or in one below it. */
  region?: string | undefined;
  /** Reports to this region or to one below it. */
  reportsTo?: string | undefined;
  type?: string | undefined;
}

/** The institutions of a scope, by id where no other order is asked for, with the figures in force on a date. */
export async function listInstitutions(
  db: Kysely<Database>,
  scope: Scope,
  filter: InstitutionFilter,
): Promise<Institution[]> {
  const { column, direction } = orderOf(filter.sort);
  let query = scopedInstitutions(db, scope)
    .innerJoin('region', 'region.code', 'institution.region_code')
    .innerJoin('region as supervisor', 'supervisor.code', 'institution.reports_to')
    .selectAll('institution')
    .select(['region.name_zh as region_name', 'supervisor.name_zh as supervisor_name'])
    .orderBy(`institution.${column}`, direction)
    .orderBy('institution.id', direction);
  const { id, region, reportsTo, type, text, ended } = filter;
  if (id !== undefined) query = query.where('institution.id', '=', id);
  if (region !== undefined) query = query.where('institution.region_code', 'in', regionAndBelow(db, region));
  if (reportsTo !== undefined) query = query.where('institution.reports_to', 'in', regionAndBelow(db, reportsTo));
  if (type !== undefined) query = query.where('institution.type', '=', type);
  if (text !== undefined) query = query.where(hasText('institution', text));
  if (ended !== undefined) query = query.where(hasEnded('institution', ended, filter.date));
  if (filter.after !== undefined) query = query.where(behindKey('institution', filter));
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  const rows = await query.execute();
  const figures = await figuresOn(
    db,
    rows.map((row) => row.id),
    filter.date,
  );
  return rows.map((row) => {
    const figure = (name: AttributeName): number | null => figures.get(`${row.id} ${name}`) ?? null;
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
      endedOn: row.ended_on,
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
