import type { Kysely } from 'kysely';

import { normaliseAddress } from '../../domain/meter-address.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { suggestMeter, type SuggestedMeter } from './suggest-meter.ts';

/** A meter that was heard and that nobody has registered. */
export interface HeardMeter {
  collector: string;
  namedBy: 'id' | 'address';
  /** The id, or the normalised address. */
  name: string;
  /** Other notations of the address, normalised. */
  otherAddresses: string[];
  format: string | null;
  /** Of the newest reading. */
  fields: Record<string, unknown>;
  count: number;
  firstMs: number;
  lastMs: number;
  suggested: SuggestedMeter;
}

/** Which of them, and how many. */
export interface HeardMeterFilter {
  collector?: string | undefined;
  format?: string | undefined;
}

/** A place in the list. */
export type HeardMeterKey = readonly [lastMs: number, collector: string, namedBy: string, name: string];

/**
 * Meters that messages name and that nobody has registered, the one heard last first, behind `after`. `rows` are looked
 * at; those registered by now are left out, so that there may be fewer. `next` where there are more.
 */
export async function listHeardMeters(
  db: Kysely<Database>,
  filter: HeardMeterFilter,
  { after, rows: limit }: { after: HeardMeterKey | undefined; rows: number },
): Promise<{ meters: HeardMeter[]; next: HeardMeterKey | undefined }> {
  let query = db
    .selectFrom('heard_meter')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('named_by', '=', 'address'),
        eb.not(eb.exists(eb.selectFrom('meter').select('meter.id').whereRef('meter.id', '=', 'heard_meter.name'))),
      ]),
    )
    .orderBy('last_at', 'desc')
    .orderBy('collector')
    .orderBy('named_by')
    .orderBy('name')
    .limit(limit + 1);
  if (filter.collector !== undefined) query = query.where('collector', '=', filter.collector);
  if (filter.format !== undefined) query = query.where('format', '=', filter.format);
  if (after !== undefined) {
    const [lastMs, collector, namedBy, name] = after;
    query = query.where((eb) =>
      eb.or([
        eb('last_at', '<', lastMs),
        eb.and([eb('last_at', '=', lastMs), eb('collector', '>', collector)]),
        eb.and([eb('last_at', '=', lastMs), eb('collector', '=', collector), eb('named_by', '>', namedBy)]),
        eb.and([
          eb('last_at', '=', lastMs),
          eb('collector', '=', collector),
          eb('named_by', '=', namedBy),
          eb('name', '>', name),
        ]),
      ]),
    );
  }
  const found = (await query.execute()).map(meterOf);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const isRegistered = await registeredAddresses(db, shown);
  return {
    meters: shown.filter((meter) => !isRegistered(meter)),
    next:
      found.length > limit && last !== undefined ? [last.lastMs, last.collector, last.namedBy, last.name] : undefined,
  };
}

/** One of them; undefined where it was not heard, or is registered by now. */
export async function findHeardMeter(
  db: Kysely<Database>,
  { collector, namedBy, name }: Pick<HeardMeter, 'collector' | 'namedBy' | 'name'>,
): Promise<HeardMeter | undefined> {
  const row = await db
    .selectFrom('heard_meter')
    .selectAll()
    .where('collector', '=', collector)
    .where('named_by', '=', namedBy)
    .where('name', '=', name)
    .executeTakeFirst();
  return row === undefined ? undefined : meterOf(row);
}

interface Row {
  collector: string;
  named_by: string;
  name: string;
  format: string | null;
  first_at: number;
  last_at: number;
  messages: number;
  last_fields: string;
  other_addresses: string | null;
}

function meterOf(row: Row): HeardMeter {
  const { collector, name, format } = row;
  const namedBy = row.named_by === 'id' ? 'id' : 'address';
  const fields = JSON.parse(row.last_fields) as Record<string, unknown>;
  return {
    collector,
    namedBy,
    name,
    otherAddresses: row.other_addresses === null ? [] : (JSON.parse(row.other_addresses) as string[]),
    format,
    fields,
    count: row.messages,
    firstMs: row.first_at,
    lastMs: row.last_at,
    suggested: suggestMeter({ collector, namedBy, name, format, fields }),
  };
}

// The registry has addresses as people wrote them.
async function registeredAddresses(
  db: Kysely<Database>,
  heard: readonly HeardMeter[],
): Promise<(meter: HeardMeter) => boolean> {
  const collectors = new Set(heard.filter(({ namedBy }) => namedBy === 'address').map(({ collector }) => collector));
  const known = new Set<string>();
  for (const collector of collectors) {
    const rows = await db
      .selectFrom('meter')
      .select('address')
      .where('collector_id', '=', collector)
      .where('address', 'is not', null)
      .execute();
    for (const { address } of rows) known.add(`${collector}/${normaliseAddress(address ?? '')}`);
  }
  return ({ namedBy, collector, name, otherAddresses }) =>
    namedBy === 'address' && [name, ...otherAddresses].some((address) => known.has(`${collector}/${address}`));
}
