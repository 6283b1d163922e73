import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** A collector that was heard and that nobody has registered. */
export interface HeardCollector {
  name: string;
  /** Attempts to log in, or messages. */
  count: number;
  firstMs: number;
  lastMs: number;
  /** Of the last attempt; '' where a broker handed its messages on. */
  clientId: string;
  address: string;
  /** Unregistered meters of which it has sent something. */
  meters: number;
}

/** A place in the list. */
export type HeardCollectorKey = readonly [lastMs: number, name: string];

/** Collectors that nobody has registered, the one heard last first, behind `after`, at most `limit`. */
export async function listHeardCollectors(
  db: Kysely<Database>,
  { after, limit }: { after: HeardCollectorKey | undefined; limit: number },
): Promise<HeardCollector[]> {
  let query = db
    .selectFrom('heard_collector')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('heard_meter')
        .whereRef('heard_meter.collector', '=', 'heard_collector.name')
        .select((count) => count.fn.countAll<number>().as('meters'))
        .as('meters'),
    )
    .where((eb) =>
      eb.and([
        eb.not(
          eb.exists(eb.selectFrom('collector').select('id').whereRef('collector.id', '=', 'heard_collector.name')),
        ),
        // A reader of alerts that publishes is known, and no collector.
        eb.not(
          eb.exists(eb.selectFrom('mqtt_reader').select('id').whereRef('mqtt_reader.id', '=', 'heard_collector.name')),
        ),
      ]),
    )
    .orderBy('last_at', 'desc')
    .orderBy('name')
    .limit(limit);
  if (after !== undefined) {
    const [lastMs, name] = after;
    query = query.where((eb) =>
      eb.or([eb('last_at', '<', lastMs), eb.and([eb('last_at', '=', lastMs), eb('name', '>', name)])]),
    );
  }
  const rows = await query.execute();
  return rows.map(({ name, times, first_at, last_at, client_id, address, meters }) => ({
    name,
    count: times,
    firstMs: first_at,
    lastMs: last_at,
    clientId: client_id,
    address,
    meters: meters ?? 0,
  }));
}
