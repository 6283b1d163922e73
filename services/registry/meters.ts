import type { Kysely, SelectQueryBuilder } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { CANONICAL_UNIT, type Medium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { Meter } from '../api/schemas/meter.ts';
import { requestReplayOfMeters } from '../quarantine/request-replay.ts';
import type { Scope } from '../scope.ts';
import { checkNewMeter } from './check-new-meter.ts';
import { inTransaction } from './in-transaction.ts';
import type { MeterInput } from './meter-input.ts';
import { scopedInstitutions } from './scoped-institutions.ts';

const BEGINNING = '1970-01-01';

/** A meter as the registry knows it, without its newest value. */
export type RegisteredMeter = Omit<Meter, 'latest'>;

/**
 * Enters a meter with its multiplier and one share of 1 for its institution, and asks for what came from it before to
 * be tried again. Fails with `conflict` where the id is
 * taken and with `bad-request`, naming field and remedy, where something does not fit.
 */
export async function createMeter(db: Kysely<Database>, input: MeterInput, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    await checkNewMeter(trx, input);
    await trx
      .insertInto('meter')
      .values({
        id: input.id,
        collector_id: input.collectorId,
        name: input.name ?? input.id,
        medium: input.medium,
        measures: input.medium === 'temperature' ? (input.measures ?? 'room') : null,
        zone_kind: input.zoneKind ?? null,
        parent_id: input.parentId ?? null,
        address: input.address ?? null,
        format: input.format ?? null,
        register_unit: input.registerUnit ?? CANONICAL_UNIT[input.medium],
        register_modulus: input.registerModulus ?? null,
        rated_maximum: input.ratedMaximum ?? null,
        expected_interval_s: input.expectedIntervalS ?? 900,
        created_at: change.nowMs,
      })
      .execute();
    await trx
      .insertInto('meter_multiplier')
      .values({ meter_id: input.id, multiplier: input.multiplier ?? 1, valid_from: BEGINNING, valid_to: null })
      .execute();
    await trx
      .insertInto('meter_share')
      .values({
        meter_id: input.id,
        ordinal: 0,
        institution_id: input.institutionId,
        zone_id: null,
        sub_item: input.subItem ?? null,
        share: 1,
        valid_from: BEGINNING,
        valid_to: null,
      })
      .execute();
    await writeAudit(trx, change, { action: 'create', object: `meter/${input.id}`, after: input });
    await requestReplayOfMeters(trx, [input], change);
  });
}

/** Which meters to read, and the date (`YYYY-MM-DD`) on which share and multiplier are wanted. */
export interface MeterFilter {
  date: string;
  id?: string;
  institution?: string;
  medium?: Medium;
  after?: string;
  limit?: number;
}

/** Meters of which an institution in scope has a share on the date, by id; the largest share in scope names them. */
export async function listMeters(db: Kysely<Database>, scope: Scope, filter: MeterFilter): Promise<RegisteredMeter[]> {
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
    .orderBy('meter.id')
    .orderBy('meter_share.share', 'desc')
    .execute();
  // A meter of several institutions stands in several rows.
  const meters = new Map<string, RegisteredMeter>();
  for (const row of rows) {
    if (meters.has(row.id)) continue;
    meters.set(row.id, {
      id: row.id,
      name: row.name,
      institutionId: row.institution_id,
      collectorId: row.collector_id,
      medium: row.medium as Medium,
      subItem: row.sub_item,
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

/** How many meters an institution in scope has a share of on the date. */
export async function countMeters(db: Kysely<Database>, scope: Scope, date: string): Promise<number> {
  const row = await sharesInScope(db, scope, { date })
    .select((eb) => eb.fn.count<number>('meter_share.meter_id').distinct().as('count'))
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Few shares: starts from them. Many: walks the meters by id and looks up each one's, until the page is full. */
function pageOfMeters(
  db: Kysely<Database>,
  scope: Scope,
  filter: MeterFilter,
): SelectQueryBuilder<Database, 'meter', { id: string }> {
  const shares = sharesInScope(db, scope, filter).select('meter_share.meter_id');
  const isOfOne = scope.kind === 'institution' || filter.institution !== undefined;
  let query = db
    .selectFrom('meter')
    .select('meter.id')
    .where((eb) =>
      isOfOne
        ? eb('meter.id', 'in', shares)
        : eb.exists(shares.whereRef('meter_share.meter_id', '=', eb.ref('meter.id'))),
    )
    .orderBy('meter.id');
  if (filter.id !== undefined) query = query.where('meter.id', '=', filter.id);
  if (filter.medium !== undefined) query = query.where('meter.medium', '=', filter.medium);
  if (filter.after !== undefined) query = query.where('meter.id', '>', filter.after);
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
