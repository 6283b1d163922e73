import { createHash, randomBytes } from 'node:crypto';

import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { mosquittoHash } from './mosquitto-hash.ts';

/** A new MQTT password: 256 random bits. */
export function makeToken(): string {
  return randomBytes(32).toString('base64url');
}

/** All that is kept of a token: its hash for the embedded broker, and for a Mosquitto in front. */
export function tokenColumns(token: string): { token_hash: string; mosquitto_hash: string } {
  // Tokens are random, so a fast hash does.
  return { token_hash: createHash('sha256').update(token).digest('hex'), mosquitto_hash: mosquittoHash(token) };
}

/** Collectors and readers are users of one broker: throws `conflict` where the name is taken by either. */
export async function requireMqttNameFree(db: Kysely<Database>, id: string): Promise<void> {
  const collector = await db.selectFrom('collector').select('id').where('id', '=', id).executeTakeFirst();
  if (collector !== undefined) throw new PlatformError('conflict', `There is a collector with the id ${id}`);
  const reader = await db.selectFrom('mqtt_reader').select('id').where('id', '=', id).executeTakeFirst();
  if (reader !== undefined) throw new PlatformError('conflict', `There is a reader of alerts with the id ${id}`);
}
