import { setImmediate } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { UsageMeter } from '../usage/meter-config.ts';
import { drainMeters, senderSnapshot, type MeterSnapshot } from './gateway-snapshot.ts';
import type { IdRange } from './id-range.ts';
import { registryRevision } from './in-transaction.ts';
import { usageMeters } from './usage-meters.ts';

/** What drain and usage work with. */
export interface RegisteredMeters {
  snapshot: MeterSnapshot;
  usage: UsageMeter[];
}

/** How far the registry was read. */
interface Mark {
  revision: number;
  /** The newest entry of the audit trail, and the newest of a meter or a zone. */
  entry: number;
  meterEntry: number;
}

/** Meters read at once, so that no statement holds the thread for long. */
const METERS_OF_A_PAGE = 1000;
const IDS_OF_A_STATEMENT = 400;
/** Past so many changed meters all are read anew. */
const CHANGED_AT_MOST = 4000;
const METER = 'meter/';
/** What counts for a zone follows its kind. */
const ZONE = 'zone/';

/**
 * Reads the meters of the registry: all of them at first, then only those that changed, by the entries that each change
 * leaves in the audit trail. A change that left none (by other means than the platform's) makes it read all again.
 * Calls must not overlap.
 */
export function createMeterReader(db: Kysely<Database>, zone: Zone): () => Promise<RegisteredMeters> {
  const drain = new Map<string, MeterSnapshot['meters'][number]>();
  const usage = new Map<string, UsageMeter>();
  let read: Mark | undefined;

  async function readRange(range: IdRange): Promise<void> {
    for (const meter of await drainMeters(db, zone, range)) drain.set(meter.id, meter);
    for (const meter of await usageMeters(db, range)) usage.set(meter.id, meter);
    await setImmediate();
  }

  async function readAll(): Promise<void> {
    drain.clear();
    usage.clear();
    for (let after: string | undefined; ;) {
      const upTo = await lastOfPage(db, after);
      await readRange({ ...(after === undefined ? {} : { after }), ...(upTo === undefined ? {} : { upTo }) });
      if (upTo === undefined) return;
      after = upTo;
    }
  }

  async function readSome(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      drain.delete(id);
      usage.delete(id);
    }
    for (const part of inParts(ids, IDS_OF_A_STATEMENT)) await readRange({ ids: part });
  }

  return async () => {
    // How far the registry was read, before it is: what changes meanwhile is read once more.
    const now = await markOf(db);
    const changed = read === undefined ? undefined : await changedMeters(db, read, now);
    // Whatever fails in between, nothing is known until all is read again.
    read = undefined;
    if (changed === undefined) await readAll();
    else await readSome(changed);
    read = now;
    return { snapshot: { ...(await senderSnapshot(db)), meters: [...drain.values()] }, usage: [...usage.values()] };
  };
}

// The last id of the page behind `after`; undefined where less than a page is left.
async function lastOfPage(db: Kysely<Database>, after: string | undefined): Promise<string | undefined> {
  let query = db.selectFrom('meter').select('id');
  if (after !== undefined) query = query.where('id', '>', after);
  const row = await query
    .orderBy('id')
    .limit(1)
    .offset(METERS_OF_A_PAGE - 1)
    .executeTakeFirst();
  return row?.id;
}

async function markOf(db: Kysely<Database>): Promise<Mark> {
  const revision = await registryRevision(db);
  const newest = db.selectFrom('audit').select('id').orderBy('id', 'desc').limit(1);
  const newestOf = async (kind: string): Promise<number> =>
    (await newest.where('object', '>=', kind).where('object', '<', `${kind}\u{7f}`).executeTakeFirst())?.id ?? 0;
  const entry = await newest.executeTakeFirst();
  return { revision, entry: entry?.id ?? 0, meterEntry: Math.max(await newestOf(METER), await newestOf(ZONE)) };
}

// Entries of meters and zones are in the order of their commits: each is written behind the count of the registry's
// revision.
async function changedMeters(db: Kysely<Database>, before: Mark, now: Mark): Promise<string[] | undefined> {
  if (now.revision === before.revision) return [];
  if (now.entry === before.entry) return undefined;
  const rows = await db
    .selectFrom('audit')
    .select('object')
    .where('id', '>', before.meterEntry)
    .limit(CHANGED_AT_MOST + 1)
    .execute();
  if (rows.length > CHANGED_AT_MOST) return undefined;
  const changed = (kind: string): string[] =>
    rows.flatMap(({ object }) => (object.startsWith(kind) ? object.slice(kind.length) : []));
  return [...new Set([...changed(METER), ...(await metersOfZones(db, new Set(changed(ZONE))))])];
}

async function metersOfZones(db: Kysely<Database>, zones: ReadonlySet<string>): Promise<string[]> {
  const meters: string[] = [];
  for (const part of inParts([...zones], IDS_OF_A_STATEMENT)) {
    const shares = db.selectFrom('meter_share').select('meter_id').distinct().where('zone_id', 'in', part);
    for (const { meter_id } of await shares.execute()) meters.push(meter_id);
  }
  return meters;
}
