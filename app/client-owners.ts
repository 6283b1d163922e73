import type { Kysely } from 'kysely';

import type { ClientOwners } from '../gateway/broker/client-owners.ts';
import type { Database } from '../storage/relational/schema.ts';

/** Client ids remembered for one user; the oldest make room, so that random ids do not fill the table. */
const IDS_OF_A_USER = 1000;

/** Who first used which MQTT client id, kept in the registry over restarts. */
export function createClientOwners(db: Kysely<Database>, now: () => number): ClientOwners {
  return {
    claim: async (clientId, username) => {
      const known = await ownerOf(db, clientId);
      // Reconnecting clients are the rule: they cost a read.
      if (known !== undefined) return known === username;
      await db
        .insertInto('mqtt_client')
        .values({ client_id: clientId, username, first_seen_at: now() })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await forgetOldest(db, username);
      return (await ownerOf(db, clientId)) === username;
    },
  };
}

async function ownerOf(db: Kysely<Database>, clientId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('mqtt_client')
    .select('username')
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  return row?.username;
}

async function forgetOldest(db: Kysely<Database>, username: string): Promise<void> {
  const oldest = await db
    .selectFrom('mqtt_client')
    .select('first_seen_at')
    .where('username', '=', username)
    .orderBy('first_seen_at', 'desc')
    .offset(IDS_OF_A_USER)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await db
    .deleteFrom('mqtt_client')
    .where('username', '=', username)
    .where('first_seen_at', '<=', oldest.first_seen_at)
    .execute();
}
