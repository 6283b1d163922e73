import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { NewVirtualMeter, Term, VirtualMeterChange } from '../api/schemas/virtual-meter.ts';
import type { Scope } from '../scope.ts';
import { inTransaction } from './in-transaction.ts';
import { requireInstitution } from './institutions.ts';
import { requireLivingInstitution } from './require-living-institution.ts';
import { scopedInstitutions } from './scoped-institutions.ts';
import { problemOfTerms } from './virtual-meter-problem.ts';
import { requireNoTerm, requireNoVirtualMeter } from './virtual-meters.ts';
import { visibleMeters } from './visible-meters.ts';

/** Who changes a virtual meter: within which scope, and on which day (`YYYY-MM-DD`). */
export interface VirtualMeterEdit extends Change {
  scope: Scope;
  date: string;
}

interface Facts {
  name: string;
  institutionId: string;
  medium: string;
  terms: readonly Term[];
  endedOn: string | null;
}

/**
 * Enters a virtual meter. Fails with `conflict` where a meter has the id, with `bad-request` where a term is not there
 * (or out of scope), is of another medium than the others, or would make a circle, and with `not-found` where the scope
 * does not reach its institution.
 */
export async function createVirtualMeter(
  db: Kysely<Database>,
  input: NewVirtualMeter,
  edit: VirtualMeterEdit,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const meter = await trx.selectFrom('meter').select('id').where('id', '=', input.id).executeTakeFirst();
    if (meter !== undefined) throw new PlatformError('conflict', `There is a meter with the id ${input.id}`);
    await requireNoVirtualMeter(trx, input.id);
    await requireLivingInstitution(trx, input.institutionId);
    await requireInstitution(trx, edit.scope, input.institutionId);
    const medium = await mediumOfTerms(trx, input.terms, edit);
    await requirePossible(trx, input.id, input.terms);
    await trx
      .insertInto('virtual_meter')
      .values({
        id: input.id,
        institution_id: input.institutionId,
        name: input.name,
        medium,
        created_at: edit.nowMs,
        ended_on: null,
      })
      .execute();
    await insertTerms(trx, input.id, input.terms);
    await writeAudit(trx, edit, { action: 'create', object: `meter/${input.id}`, after: { ...input, medium } });
  });
}

/** Changes a virtual meter. Fails with `not-found` where the scope does not reach it, `bad-request` as its making does. */
export async function changeVirtualMeter(
  db: Kysely<Database>,
  id: string,
  given: VirtualMeterChange,
  edit: VirtualMeterEdit,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await load(trx, id, edit.scope);
    const { name = before.name, terms = before.terms, endedOn = before.endedOn } = given;
    const after: Facts = { ...before, name, terms, endedOn };
    if (given.terms !== undefined) {
      const known = new Set(before.terms.map(({ meterId }) => meterId));
      const added = given.terms.filter(({ meterId }) => !known.has(meterId));
      if (added.length > 0) await mediumOfTerms(trx, added, edit, before.medium);
      await requirePossible(trx, id, given.terms);
      await trx.deleteFrom('virtual_meter_term').where('virtual_meter_id', '=', id).execute();
      await insertTerms(trx, id, given.terms);
    }
    await trx.updateTable('virtual_meter').set({ name, ended_on: endedOn }).where('id', '=', id).execute();
    await writeAudit(trx, edit, { action: 'change', object: `meter/${id}`, before, after });
  });
}

/** Takes out a virtual meter. Fails with `not-found`, and with `conflict` where another one sums it. */
export async function deleteVirtualMeter(db: Kysely<Database>, id: string, edit: VirtualMeterEdit): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await load(trx, id, edit.scope);
    await requireNoTerm(trx, id);
    await trx.deleteFrom('virtual_meter_term').where('virtual_meter_id', '=', id).execute();
    await trx.deleteFrom('virtual_meter').where('id', '=', id).execute();
    await writeAudit(trx, edit, { action: 'delete', object: `meter/${id}`, before });
  });
}

async function load(db: Kysely<Database>, id: string, scope: Scope): Promise<Facts> {
  const row = await scopedInstitutions(db, scope)
    .innerJoin('virtual_meter', 'virtual_meter.institution_id', 'institution.id')
    .selectAll('virtual_meter')
    .where('virtual_meter.id', '=', id)
    .executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no virtual meter ${id}`);
  const terms = await db
    .selectFrom('virtual_meter_term')
    .select(['meter_id as meterId', 'factor'])
    .where('virtual_meter_id', '=', id)
    .orderBy('ordinal')
    .execute();
  return { name: row.name, institutionId: row.institution_id, medium: row.medium, terms, endedOn: row.ended_on };
}

/** The one medium that all terms have, which is `wanted` where that is given. */
async function mediumOfTerms(
  db: Kysely<Database>,
  terms: readonly Term[],
  { scope, date }: VirtualMeterEdit,
  wanted?: string,
): Promise<string> {
  const ids = terms.map(({ meterId }) => meterId);
  const media = new Map<string, string>();
  const visible = await visibleMeters(db, scope, ids, date);
  const meters = await db.selectFrom('meter').select(['id', 'medium']).where('id', 'in', ids).execute();
  for (const { id, medium } of meters) if (visible.has(id)) media.set(id, medium);
  const virtual = scopedInstitutions(db, scope)
    .innerJoin('virtual_meter', 'virtual_meter.institution_id', 'institution.id')
    .select(['virtual_meter.id', 'virtual_meter.medium'])
    .where('virtual_meter.id', 'in', ids);
  for (const { id, medium } of await virtual.execute()) media.set(id, medium);
  let one = wanted;
  for (const id of ids) {
    const medium = media.get(id);
    if (medium === undefined) {
      throw new PlatformError('bad-request', `terms: there is no meter ${id}, nor a virtual one; enter it first`);
    }
    if (medium === 'temperature') {
      throw new PlatformError(
        'bad-request',
        `terms: ${id} is a temperature point; only what registers count is summed`,
      );
    }
    one ??= medium;
    if (medium !== one) {
      throw new PlatformError('bad-request', `terms: ${id} measures ${medium}, not ${one}; a sum is of one medium`);
    }
  }
  return one ?? '';
}

async function requirePossible(db: Kysely<Database>, id: string, terms: readonly Term[]): Promise<void> {
  const all = new Map<string, string[]>();
  const rows = await db.selectFrom('virtual_meter_term').select(['virtual_meter_id', 'meter_id']).execute();
  for (const { virtual_meter_id, meter_id } of rows)
    all.set(virtual_meter_id, [...(all.get(virtual_meter_id) ?? []), meter_id]);
  all.set(
    id,
    terms.map(({ meterId }) => meterId),
  );
  const problem = problemOfTerms(all, id);
  if (problem !== undefined) throw new PlatformError('bad-request', problem);
}

async function insertTerms(db: Kysely<Database>, id: string, terms: readonly Term[]): Promise<void> {
  const rows = terms.map(({ meterId, factor }, ordinal) => ({
    virtual_meter_id: id,
    ordinal,
    meter_id: meterId,
    factor,
  }));
  await db.insertInto('virtual_meter_term').values(rows).execute();
}
