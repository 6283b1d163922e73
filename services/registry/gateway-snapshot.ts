import type { Kysely } from 'kysely';

import type { Medium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { mqttReaders } from './mqtt-readers.ts';

/** What the gateway must know of the registry, as plain data. */
export interface GatewaySnapshot {
  /** `tokenHash` is the SHA-256 of the token, hex. */
  collectors: { id: string; tokenHash: string; gateway: string | null }[];
  /** Readers of alerts, with the institutions in their scope. */
  readers: { id: string; tokenHash: string; institutions: 'all' | string[] }[];
  meters: { id: string; collectorId: string; medium: Medium; registerUnit: string }[];
}

/** Reads the registry as it stands for the gateway. */
export async function gatewaySnapshot(db: Kysely<Database>): Promise<GatewaySnapshot> {
  const collectors = await db
    .selectFrom('collector')
    .select(['id', 'token_hash as tokenHash', 'gateway'])
    .orderBy('id')
    .execute();
  const meters = await db
    .selectFrom('meter')
    .select(['id', 'collector_id as collectorId', 'medium', 'register_unit as registerUnit'])
    .orderBy('id')
    .execute();
  return {
    collectors,
    readers: await mqttReaders(db),
    meters: meters.map((meter) => ({ ...meter, medium: meter.medium as Medium })),
  };
}
