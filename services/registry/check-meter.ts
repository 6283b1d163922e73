import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { normaliseAddress } from '../../domain/meter-address.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Share } from '../api/schemas/meter.ts';
import { type Period, periodOn } from './dated-periods.ts';
import { hasEnded } from './list-order.ts';
import { problemOfMeter } from './meter-problem.ts';
import type { MeterRow } from './meter-row.ts';

/** A meter as it is to be, and as it was, where it is there already; `date` is today. */
export interface MeterCheck {
  row: MeterRow;
  before?: MeterRow | undefined;
  shares: readonly Period<Share[]>[];
  date: string;
}

/**
 * Throws `bad-request` or `conflict`, naming field and remedy, where a meter does not go with itself or with what else
 * is registered. Of a meter that is there already only what changes is held against the registry.
 */
export async function checkMeter(db: Kysely<Database>, check: MeterCheck): Promise<void> {
  const { row, before } = check;
  const problem = problemOfMeter(row);
  if (problem !== undefined) throw new PlatformError('bad-request', problem);
  const changes = (...columns: (keyof MeterRow)[]): boolean =>
    before === undefined || columns.some((column) => row[column] !== before[column]);
  if (changes('collector_id')) await checkCollector(db, row.collector_id);
  if (changes('parent_id', 'direction')) await checkParent(db, check);
  if (changes('direction')) await checkChildren(db, row);
  if (changes('address', 'collector_id', 'ended_on')) await checkAddress(db, check);
}

async function checkCollector(db: Kysely<Database>, id: string): Promise<void> {
  const found = await db.selectFrom('collector').select('ended_on').where('id', '=', id).executeTakeFirst();
  if (found === undefined) {
    throw new PlatformError('bad-request', `collectorId: there is no collector ${id}; enter it first`);
  }
  if (found.ended_on !== null) {
    throw new PlatformError('bad-request', `collectorId: ${id} ended on ${found.ended_on}; take one that is in use`);
  }
}

/** Throws `bad-request` unless a meter can stand below its parent: same medium and direction, an institution in common. */
export async function checkParent(db: Kysely<Database>, { row, shares, date }: MeterCheck): Promise<void> {
  const parentId = row.parent_id;
  if (parentId === null) return;
  if (parentId === row.id) throw new PlatformError('bad-request', 'parentId: a meter cannot be part of itself');
  const parents = await db
    .selectFrom('meter')
    .innerJoin('meter_share', 'meter_share.meter_id', 'meter.id')
    .where('meter.id', '=', parentId)
    .select(['meter.medium', 'meter.direction', 'meter_share.institution_id'])
    .select(['meter_share.valid_from', 'meter_share.valid_to'])
    .execute();
  const [first] = parents;
  if (first === undefined) {
    throw new PlatformError('bad-request', `parentId: there is no meter ${parentId}; enter the main meter first`);
  }
  if (first.medium !== row.medium) {
    throw new PlatformError('bad-request', `parentId: ${parentId} measures ${first.medium}, not ${row.medium}`);
  }
  if (first.direction !== row.direction) {
    throw new PlatformError(
      'bad-request',
      `parentId: ${parentId} has the direction ${first.direction}, not ${row.direction}; what one counts is no part of the other`,
    );
  }
  const own = new Set(periodOn(shares, date)?.value.map(({ institutionId }) => institutionId));
  const isShared = parents.some(
    ({ institution_id, valid_from, valid_to }) =>
      own.has(institution_id) && valid_from <= date && (valid_to === null || valid_to > date),
  );
  if (!isShared) {
    throw new PlatformError(
      'bad-request',
      `parentId: ${parentId} belongs to another institution on ${date}; each is metered apart (Art. 12): move the main meter first, or take this one out from under it`,
    );
  }
  await checkNoLoop(db, row.id, parentId);
}

async function checkNoLoop(db: Kysely<Database>, id: string, parentId: string): Promise<void> {
  const seen = new Set<string>();
  for (let at: string | null = parentId; at !== null;) {
    if (at === id) {
      throw new PlatformError(
        'bad-request',
        `parentId: ${parentId} is itself below ${id}; a meter cannot be part of itself`,
      );
    }
    if (seen.has(at)) throw new PlatformError('bad-request', `parentId: the meters above ${parentId} run in a circle`);
    seen.add(at);
    const row: { parent_id: string | null } | undefined = await db
      .selectFrom('meter')
      .select('parent_id')
      .where('id', '=', at)
      .executeTakeFirst();
    at = row?.parent_id ?? null;
  }
}

async function checkChildren(db: Kysely<Database>, row: MeterRow): Promise<void> {
  const child = await db
    .selectFrom('meter')
    .select(['id', 'direction'])
    .where('parent_id', '=', row.id)
    .where('direction', '!=', row.direction)
    .executeTakeFirst();
  if (child === undefined) return;
  throw new PlatformError(
    'bad-request',
    `direction: ${child.id} stands below ${row.id} and has the direction ${child.direction}; take it out first`,
  );
}

/** Throws `conflict` where another meter of the collector that has not ended has the same address. */
async function checkAddress(db: Kysely<Database>, { row, date }: MeterCheck): Promise<void> {
  if (row.address === null || (row.ended_on !== null && row.ended_on <= date)) return;
  const wanted = normaliseAddress(row.address);
  const others = await db
    .selectFrom('meter')
    .select(['id', 'name', 'address'])
    .where('collector_id', '=', row.collector_id)
    .where('address', 'is not', null)
    .where('id', '!=', row.id)
    .where(hasEnded('meter', false, date))
    .execute();
  const holder = others.find(({ address }) => address !== null && normaliseAddress(address) === wanted);
  if (holder === undefined) return;
  throw new PlatformError(
    'conflict',
    `address: ${row.address} is the address of ${holder.id} (${holder.name}) on the collector ${row.collector_id} already; correct one of them, or remove that meter first`,
  );
}
