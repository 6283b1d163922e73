import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database, VirtualMeterTable } from '../../storage/relational/schema.ts';
import type { Term, VirtualMeter } from '../api/schemas/virtual-meter.ts';
import type { Scope } from '../scope.ts';
import { behindKey, hasEnded, hasText, orderOf, type ListNarrowing, type ListPage } from './list-order.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

/** Which virtual meters to read; `date` is today. */
export interface VirtualMeterFilter extends ListPage, ListNarrowing {
  date: string;
  id?: string | undefined;
  institution?: string | undefined;
  medium?: UsageMedium | undefined;
}

/** The virtual meters of a scope's institutions, by id where no other order is asked for. */
export async function listVirtualMeters(
  db: Kysely<Database>,
  scope: Scope,
  filter: VirtualMeterFilter,
  zone: Zone,
): Promise<VirtualMeter[]> {
  const { column, direction } = orderOf(filter.sort);
  let query = scopedInstitutions(db, scope)
    .innerJoin('virtual_meter', 'virtual_meter.institution_id', 'institution.id')
    .selectAll('virtual_meter')
    .orderBy(`virtual_meter.${column}`, direction)
    .orderBy('virtual_meter.id', direction);
  if (filter.id !== undefined) query = query.where('virtual_meter.id', '=', filter.id);
  if (filter.institution !== undefined) query = query.where('virtual_meter.institution_id', '=', filter.institution);
  if (filter.medium !== undefined) query = query.where('virtual_meter.medium', '=', filter.medium);
  if (filter.text !== undefined) query = query.where(hasText('virtual_meter', filter.text));
  if (filter.ended !== undefined) query = query.where(hasEnded('virtual_meter', filter.ended, filter.date));
  if (filter.after !== undefined) query = query.where(behindKey('virtual_meter', filter));
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  const rows = await query.execute();
  const terms = await termsOf(db, rows);
  return rows.map((row) => itemOf(row, terms.get(row.id) ?? [], zone));
}

/** One virtual meter; undefined alike where there is none and where the scope does not reach it. */
export async function findVirtualMeter(
  db: Kysely<Database>,
  scope: Scope,
  id: string,
  zone: Zone,
): Promise<VirtualMeter | undefined> {
  const [found] = await listVirtualMeters(db, scope, { id, date: '' }, zone);
  return found;
}

/** One virtual meter; throws `not-found` where {@link findVirtualMeter} finds none. */
export async function getVirtualMeter(
  db: Kysely<Database>,
  scope: Scope,
  id: string,
  zone: Zone,
): Promise<VirtualMeter> {
  const found = await findVirtualMeter(db, scope, id, zone);
  if (found === undefined) throw new PlatformError('not-found', `There is no virtual meter ${id}`);
  return found;
}

/** Throws `conflict` where a virtual meter has the id: they and the meters have one set of ids. */
export async function requireNoVirtualMeter(db: Kysely<Database>, id: string): Promise<void> {
  const taken = await db.selectFrom('virtual_meter').select('id').where('id', '=', id).executeTakeFirst();
  if (taken !== undefined) throw new PlatformError('conflict', `There is a virtual meter with the id ${id}`);
}

/** Throws `conflict` where a meter, or a virtual one, is a term of a virtual meter. */
export async function requireNoTerm(db: Kysely<Database>, id: string): Promise<void> {
  const term = await db
    .selectFrom('virtual_meter_term')
    .select('virtual_meter_id as id')
    .where('meter_id', '=', id)
    .executeTakeFirst();
  if (term === undefined) return;
  throw new PlatformError('conflict', `The virtual meter ${term.id} sums ${id}; take it out from there first`);
}

// As many as a page of the list at once: below what the engines take as parameters.
async function termsOf(db: Kysely<Database>, rows: readonly { id: string }[]): Promise<Map<string, Term[]>> {
  const terms = new Map(rows.map(({ id }) => [id, [] as Term[]]));
  if (rows.length === 0) return terms;
  const found = await db
    .selectFrom('virtual_meter_term')
    .selectAll()
    .where('virtual_meter_id', 'in', [...terms.keys()])
    .orderBy('ordinal')
    .execute();
  for (const { virtual_meter_id, meter_id, factor } of found)
    terms.get(virtual_meter_id)?.push({ meterId: meter_id, factor });
  return terms;
}

function itemOf(row: Selectable<VirtualMeterTable>, terms: Term[], zone: Zone): VirtualMeter {
  const medium = row.medium as UsageMedium;
  return {
    id: row.id,
    name: row.name,
    institutionId: row.institution_id,
    medium,
    unit: CANONICAL_UNIT[medium],
    terms,
    createdAt: zone.iso(row.created_at),
    endedOn: row.ended_on,
  };
}
