import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database, InstitutionTable } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { InstitutionChange } from '../api/schemas/institution.ts';
import { inTransaction } from './in-transaction.ts';
import { hasEnded } from './list-order.ts';
import { requireRegion } from './regions.ts';
import { requireCreditCode } from './require-credit-code.ts';

/** So many meters are named where they stand in the way of an end. */
const NAMED = 5;

/**
 * Changes what of an institution has no date, and the day on which it ends. Fails with `not-found`, `conflict` (its
 * meters still count for it on that day, the credit code is another's), `bad-request`.
 */
export async function changeInstitution(
  db: Kysely<Database>,
  id: string,
  given: InstitutionChange,
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await trx.selectFrom('institution').selectAll().where('id', '=', id).executeTakeFirst();
    if (before === undefined) throw new PlatformError('not-found', `There is no institution ${id}`);
    const after = changed(before, given);
    if (after.region_code !== before.region_code) await requireRegion(trx, 'regionCode', after.region_code);
    if (after.reports_to !== before.reports_to) await requireRegion(trx, 'reportsTo', after.reports_to);
    if (after.credit_code !== before.credit_code) await requireCreditCode(trx, id, after.credit_code);
    if (after.ended_on !== null && after.ended_on !== before.ended_on) await requireNoShares(trx, id, after.ended_on);
    const { id: _id, ...columns } = after;
    await trx.updateTable('institution').set(columns).where('id', '=', id).execute();
    await writeAudit(trx, change, {
      action: 'change',
      object: `institution/${id}`,
      before: factsOf(before),
      after: factsOf(after),
    });
  });
}

type InstitutionRow = Selectable<InstitutionTable>;

function changed(row: InstitutionRow, given: InstitutionChange): InstitutionRow {
  const kept = <T>(value: T | undefined, old: T): T => (value === undefined ? old : value);
  return {
    ...row,
    name: kept(given.name, row.name),
    type: kept(given.type, row.type),
    credit_code: kept(given.creditCode, row.credit_code),
    region_code: kept(given.regionCode, row.region_code),
    reports_to: kept(given.reportsTo, row.reports_to),
    department: kept(given.department, row.department),
    liaison: kept(given.liaison, row.liaison),
    ended_on: kept(given.endedOn, row.ended_on),
  };
}

function factsOf(row: InstitutionRow): Required<InstitutionChange> {
  return {
    name: row.name,
    type: row.type,
    creditCode: row.credit_code,
    regionCode: row.region_code,
    reportsTo: row.reports_to,
    department: row.department,
    liaison: row.liaison,
    endedOn: row.ended_on,
  };
}

/** Throws `conflict` where a meter counts for the institution on the day or later. */
async function requireNoShares(db: Kysely<Database>, id: string, endedOn: string): Promise<void> {
  const rows = await db
    .selectFrom('meter_share')
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .select('meter.id')
    .distinct()
    .where('meter_share.institution_id', '=', id)
    .where((eb) => eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', endedOn)]))
    .where(hasEnded('meter', false, endedOn))
    .orderBy('meter.id')
    .limit(NAMED + 1)
    .execute();
  if (rows.length === 0) return;
  const named = rows.slice(0, NAMED).map((row) => row.id);
  const more = rows.length > NAMED ? ' and more' : '';
  throw new PlatformError(
    'conflict',
    `endedOn: ${named.join(', ')}${more} still count for ${id} on ${endedOn}; move them to another institution or remove them by then`,
  );
}
