import type { Kysely } from 'kysely';

import type { Medium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { within, type IdRange } from './id-range.ts';
import { mqttReaders } from './mqtt-readers.ts';

/** Topics of another system: see gateway/compile-binding.ts. */
interface SnapshotBinding {
  id: string;
  /** Null where the topic names it. */
  collectorId: string | null;
  topic: string;
  format: string;
  /** JSON, null where the format needs none. */
  mapping: string | null;
}

/** What the gateway's way in must know of the registry, as plain data. */
export interface IntakeSnapshot {
  /** `tokenHash` is the SHA-256 of the token, hex. */
  collectors: { id: string; tokenHash: string; gateway: string | null }[];
  /** Readers of alerts, with the institutions in their scope. */
  readers: { id: string; tokenHash: string; institutions: 'all' | string[] }[];
  bindings: SnapshotBinding[];
}

/** What the drain must know of the registry, as plain data. */
export interface MeterSnapshot {
  collectorIds: string[];
  /** What is not registered of a meter is left out. */
  meters: {
    id: string;
    collectorId: string;
    medium: Medium;
    registerUnit: string;
    address?: string;
    format?: string;
    primaryRegister?: string;
    endedAtMs?: number;
  }[];
  bindings: SnapshotBinding[];
}

/** Reads users and bindings as they stand. */
export async function intakeSnapshot(db: Kysely<Database>): Promise<IntakeSnapshot> {
  const collectors = await db
    .selectFrom('collector')
    .select(['id', 'token_hash as tokenHash', 'gateway'])
    .where('ended_on', 'is', null)
    .orderBy('id')
    .execute();
  return { collectors, readers: await mqttReaders(db), bindings: await usedBindings(db) };
}

/** Reads meters and bindings as they stand; a meter ends where its last day does in `zone`. */
export async function meterSnapshot(db: Kysely<Database>, zone: Zone): Promise<MeterSnapshot> {
  return { ...(await senderSnapshot(db)), meters: await drainMeters(db, zone) };
}

/** All of it but the meters: little, however large the city. */
export async function senderSnapshot(db: Kysely<Database>): Promise<Omit<MeterSnapshot, 'meters'>> {
  const collectors = await db
    .selectFrom('collector')
    .select('id')
    .where('ended_on', 'is', null)
    .orderBy('id')
    .execute();
  return { collectorIds: collectors.map(({ id }) => id), bindings: await usedBindings(db) };
}

/** The meters as the drain must know them, by id; `range` narrows to some ids. */
export async function drainMeters(
  db: Kysely<Database>,
  zone: Zone,
  range: IdRange = {},
): Promise<MeterSnapshot['meters']> {
  const meters = await within(db.selectFrom('meter'), 'meter.id', range)
    .select([
      'id',
      'collector_id as collectorId',
      'medium',
      'register_unit as registerUnit',
      'address',
      'format',
      'primary_register as primaryRegister',
      'ended_on as endedOn',
    ])
    .orderBy('id')
    .execute();
  return meters.map(({ id, collectorId, medium, registerUnit, address, format, primaryRegister, endedOn }) => ({
    id,
    collectorId,
    medium: medium as Medium,
    registerUnit,
    ...(address === null ? {} : { address }),
    ...(format === null ? {} : { format }),
    ...(primaryRegister === null ? {} : { primaryRegister }),
    ...(endedOn === null ? {} : { endedAtMs: startOf(endedOn, zone) }),
  }));
}

function startOf(date: string, zone: Zone): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  return zone.at(year, month, day);
}

async function usedBindings(db: Kysely<Database>): Promise<SnapshotBinding[]> {
  return db
    .selectFrom('binding')
    .select(['id', 'collector_id as collectorId', 'topic', 'format', 'mapping'])
    .where('enabled', '=', 1)
    .orderBy('id')
    .execute();
}
