import { createHash } from 'node:crypto';

import type { SessionStore } from '@fastify/session';
import type { Session } from 'fastify';
import type { Kysely } from 'kysely';

import { messageOf } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** A session ends this long after the last request. */
export const SESSION_MS = 12 * 3_600_000;
/** The end moves in steps of this size, so that reading a page does not write to disk at every request. */
const SLIDE_MS = 5 * 60_000;

type StoredSession = Partial<Session> & { userId?: string };

/**
 * Sessions in the registry database, under the SHA-256 of their ids: who reads the table cannot take one over. A row
 * is made only when an id is made; later saves change it, so a request still under way cannot revive what was ended.
 */
export function createSessionStore(db: Kysely<Database>, now: () => number): SessionStore {
  async function set(id: string, session: StoredSession): Promise<void> {
    const expiresAt = now() + SESSION_MS;
    if (session.userId === undefined) {
      await db.deleteFrom('session').where('expires_at', '<=', now()).execute();
      await db
        .insertInto('session')
        .values({ id_hash: hashOf(id), user_id: null, data: '{}', expires_at: expiresAt })
        .onConflict((conflict) => conflict.column('id_hash').doNothing())
        .execute();
      return;
    }
    const { userId } = session;
    await db
      .updateTable('session')
      .set({ user_id: userId, expires_at: expiresAt })
      .where('id_hash', '=', hashOf(id))
      .where((eb) =>
        eb.or([eb('user_id', 'is', null), eb('user_id', '!=', userId), eb('expires_at', '<', expiresAt - SLIDE_MS)]),
      )
      .execute()
      .catch(async (error: unknown) => {
        // On a full disk the end does not move; that must not keep anybody from reading.
        if ((await get(id))?.userId !== userId) throw error;
      });
  }

  async function get(id: string): Promise<StoredSession | null> {
    const row = await db
      .selectFrom('session')
      .select('user_id')
      .where('id_hash', '=', hashOf(id))
      .where('expires_at', '>', now())
      .executeTakeFirst();
    return row === undefined || row.user_id === null ? null : { userId: row.user_id };
  }

  async function destroy(id: string): Promise<void> {
    await db.deleteFrom('session').where('id_hash', '=', hashOf(id)).execute();
  }

  return {
    set: (id, session, done) => settle(set(id, session), done),
    get: (id, done) => settle(get(id), (error, session) => done(error, (session ?? null) as Session | null)),
    destroy: (id, done) => settle(destroy(id), done),
  };
}

/** The form in which a session id is stored. */
export function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

function settle<T>(work: Promise<T>, done: (error: unknown, value?: T) => void): void {
  work.then(
    (value) => done(null, value),
    (error: unknown) => done(error instanceof Error ? error : new Error(messageOf(error))),
  );
}
