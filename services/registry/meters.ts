import type { Kysely, SelectQueryBuilder } from 'kysely';

import { bug, PlatformError } from '../../domain/errors.ts';
import type { Direction } from '../../domain/meter-life.ts';
import { CANONICAL_UNIT, type Medium } from '../../domain/quantity.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { Meter } from '../api/schemas/meter.ts';
import { requestReplayOfMeters } from '../quarantine/request-replay.ts';
import type { Scope } from '../scope.ts';
import { checkMeter } from './check-meter.ts';
import { placedRow } from './check-meter-place.ts';
import { checkShares } from './check-shares.ts';
import { BEGINNING } from './dated-periods.ts';
import { inTransaction } from './in-transaction.ts';
import { behindKey, hasEnded, hasText, orderOf, type ListNarrowing, type ListPage } from './list-order.ts';
import type { MeterEvent, MeterHistory } from './meter-history.ts';
import { problemOfHistory } from './meter-history-problem.ts';
import { insertFirstEvent, insertMultipliers, insertShares } from './meter-history-store.ts';
import type { MeterInput } from './meter-input.ts';
import { rowOfNewMeter, sharesOfNewMeter } from './meter-row.ts';
import { scopedInstitutions } from './scoped-institutions.ts';
import { requireNoVirtualMeter } from './virtual-meters.ts';

/** A meter as the registry knows it, without its newest value. */
export type RegisteredMeter = Omit<Meter, 'latest'>;

/**
 * Enters a meter with its multiplier and its shares from the beginning (one of 1 where only an institution is given),
 * with its installation where a day is given, and asks for what came from it before to be tried again. `zone` says when
 * that day begins; without such a day it may be left out. Fails with `conflict` where id or address are taken and with
 * `bad-request`, naming field and remedy, where something does not fit.
 */
export async function createMeter(db: Kysely<Database>, input: MeterInput, change: Change, zone?: Zone): Promise<void> {
  const date = zone?.date(change.nowMs) ?? new Date(change.nowMs).toISOString().slice(0, 10);
  await inTransaction(db, async (trx) => {
    const taken = await trx.selectFrom('meter').select('id').where('id', '=', input.id).executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `There is a meter with the id ${input.id}`);
    await requireNoVirtualMeter(trx, input.id);
    const shares = [{ from: BEGINNING, to: null, value: sharesOfNewMeter(input) }];
    const multipliers = [{ from: BEGINNING, to: null, value: input.multiplier ?? 1 }];
    const row = await placedRow(trx, rowOfNewMeter(input, change.nowMs), date);
    const field = input.shares === undefined ? 'institutionId' : 'shares';
    await checkShares(trx, { medium: row.medium, endedOn: null, periods: shares, field });
    await checkMeter(trx, { row, shares, date });
    const installation = input.installedOn === undefined ? undefined : installationOf(input, change, zone);
    if (installation !== undefined) {
      requirePossible({ row, events: [installation], multipliers, shares }, change, zone);
    }

    await trx.insertInto('meter').values(row).execute();
    await insertMultipliers(trx, row.id, multipliers);
    await insertShares(trx, row.id, shares);
    if (installation !== undefined) await insertFirstEvent(trx, row.id, installation);
    await writeAudit(trx, change, { action: 'create', object: `meter/${input.id}`, after: input });
    await requestReplayOfMeters(trx, [input], change);
  });
}

function installationOf(input: MeterInput, change: Change, zone: Zone | undefined): MeterEvent {
  if (zone === undefined) bug(`the installation of ${input.id} needs a zone to know when its day begins`);
  return {
    id: undefined,
    kind: 'installation',
    atMs: startOfDate(input.installedOn ?? BEGINNING, zone),
    closingRegister: null,
    openingRegister: input.openingRegister ?? null,
    note: null,
    createdAtMs: change.nowMs,
    before: {},
    after: {},
    multiplier: undefined,
  };
}

function requirePossible(history: MeterHistory, change: Change, zone: Zone | undefined): void {
  const problem = zone === undefined ? undefined : problemOfHistory(history, zone, change.nowMs);
  if (problem !== undefined) {
    throw new PlatformError(problem.code, problem.message.replace(/^at:/, 'installedOn:'));
  }
}

/** Which meters to read, and the date (`YYYY-MM-DD`) on which share and multiplier are wanted. */
export interface MeterFilter extends ListPage, ListNarrowing {
  date: string;
  id?: string | undefined;
  institution?: string | undefined;
  medium?: Medium | undefined;
  collector?: string | undefined;
  format?: string | undefined;
}

/**
 * Meters of which an institution in scope has a share on the date, by id where no other order is asked for; the largest
 * share in scope names them.
 */
export async function listMeters(db: Kysely<Database>, scope: Scope, filter: MeterFilter): Promise<RegisteredMeter[]> {
  const { column, direction } = orderOf(filter.sort);
  const rows = await sharesInScope(db, scope, filter)
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .where('meter.id', 'in', pageOfMeters(db, scope, filter))
    .innerJoin('meter_multiplier', 'meter_multiplier.meter_id', 'meter.id')
    .where('meter_multiplier.valid_from', '<=', filter.date)
    .where((eb) =>
      eb.or([eb('meter_multiplier.valid_to', 'is', null), eb('meter_multiplier.valid_to', '>', filter.date)]),
    )
    .selectAll('meter')
    .select(['meter_share.institution_id', 'meter_share.sub_item', 'meter_share.share', 'meter_multiplier.multiplier'])
    .select('meter_share.zone_id as share_zone_id')
    .orderBy(`meter.${column}`, direction)
    .orderBy('meter.id', direction)
    .orderBy('meter_share.share', 'desc')
    .orderBy('meter_share.ordinal')
    .execute();
  // A meter of several shares stands in several rows.
  const meters = new Map<string, RegisteredMeter>();
  for (const row of rows) {
    const { institution_id: institutionId, sub_item: subItem, share } = row;
    const part = { institutionId, zoneId: row.share_zone_id, subItem, share };
    const known = meters.get(row.id);
    if (known !== undefined) {
      known.shares.push(part);
      continue;
    }
    meters.set(row.id, {
      id: row.id,
      name: row.name,
      institutionId,
      collectorId: row.collector_id,
      medium: row.medium as Medium,
      subItem,
      shares: [part],
      parentId: row.parent_id,
      measures: row.measures as Meter['measures'],
      zoneKind: row.zone_kind as Meter['zoneKind'],
      address: row.address,
      format: row.format,
      multiplier: row.multiplier,
      registerUnit: row.register_unit,
      registerModulus: row.register_modulus,
      ratedMaximum: row.rated_maximum,
      expectedIntervalS: row.expected_interval_s,
      unit: CANONICAL_UNIT[row.medium as Medium],
      buildingId: row.building_id,
      zoneId: row.zone_id,
      direction: row.direction as Direction,
      primaryRegister: row.primary_register,
      certificate: row.certificate,
      certificateExpires: row.certificate_expires,
      endedOn: row.ended_on,
    });
  }
  return [...meters.values()];
}

/** One meter; `not-found` alike where there is none and where the scope does not reach it. */
export async function getMeter(db: Kysely<Database>, scope: Scope, id: string, date: string): Promise<RegisteredMeter> {
  const [meter] = await listMeters(db, scope, { id, date });
  if (meter === undefined) throw new PlatformError('not-found', `There is no meter ${id}`);
  return meter;
}

/** How many meters that have not ended an institution in scope has a share of on the date. */
export async function countMeters(db: Kysely<Database>, scope: Scope, date: string): Promise<number> {
  const row = await sharesInScope(db, scope, { date })
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .where(hasEnded('meter', false, date))
    .select((eb) => eb.fn.count<number>('meter_share.meter_id').distinct().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Few shares: starts from them. Many: walks the meters in order and looks up each one's, until the page is full. */
function pageOfMeters(
  db: Kysely<Database>,
  scope: Scope,
  filter: MeterFilter,
): SelectQueryBuilder<Database, 'meter', { id: string }> {
  const shares = sharesInScope(db, scope, filter).select('meter_share.meter_id');
  const isOfOne = scope.kind === 'institution' || filter.institution !== undefined;
  const { column, direction } = orderOf(filter.sort);
  let query = db
    .selectFrom('meter')
    .select('meter.id')
    .where((eb) =>
      isOfOne
        ? eb('meter.id', 'in', shares)
        : eb.exists(shares.whereRef('meter_share.meter_id', '=', eb.ref('meter.id'))),
    )
    .orderBy(`meter.${column}`, direction)
    .orderBy('meter.id', direction);
  if (filter.id !== undefined) query = query.where('meter.id', '=', filter.id);
  if (filter.medium !== undefined) query = query.where('meter.medium', '=', filter.medium);
  if (filter.collector !== undefined) query = query.where('meter.collector_id', '=', filter.collector);
  if (filter.format !== undefined) query = query.where('meter.format', '=', filter.format);
  if (filter.text !== undefined) query = query.where(hasText('meter', filter.text));
  if (filter.ended !== undefined) query = query.where(hasEnded('meter', filter.ended, filter.date));
  if (filter.after !== undefined) query = query.where(behindKey('meter', filter));
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return query;
}

function sharesInScope(
  db: Kysely<Database>,
  scope: Scope,
  filter: Pick<MeterFilter, 'date' | 'institution'>,
): SelectQueryBuilder<Database, 'institution' | 'meter_share', object> {
  const query = scopedInstitutions(db, scope)
    .innerJoin('meter_share', 'meter_share.institution_id', 'institution.id')
    .where('meter_share.valid_from', '<=', filter.date)
    .where((eb) => eb.or([eb('meter_share.valid_to', 'is', null), eb('meter_share.valid_to', '>', filter.date)]));
  return filter.institution === undefined ? query : query.where('institution.id', '=', filter.institution);
}
