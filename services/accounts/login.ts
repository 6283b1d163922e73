import type { Kysely, Selectable } from 'kysely';

import type { Database, UserTable } from '../../storage/relational/schema.ts';
import { writeAudit } from './audit.ts';
import type { Passwords } from './passwords.ts';
import { type Account, accountOf } from './users.ts';

/** How many wrong passwords in a row lock a name out, and for how long. */
export interface LoginLimits {
  maxFailures: number;
  lockMs: number;
}

/** Ten failures, a quarter of an hour. */
const LOGIN_LIMITS: LoginLimits = { maxFailures: 10, lockMs: 15 * 60_000 };

type LoginOutcome =
  | { ok: true; account: Account }
  | { ok: false; reason: 'wrong' }
  | { ok: false; reason: 'locked'; untilMs: number };

/** Checks a name and a password. */
export type Login = (username: string, password: string, nowMs: number) => Promise<LoginOutcome>;

/** Names without a user that are counted at most; beyond it the oldest is forgotten. */
const MAX_UNKNOWN_NAMES = 10_000;

/**
 * A login that cannot be used to find out which names exist: a name without a user costs the same hash, counts the
 * same failures and is locked out alike. An attempt is counted before its password is checked, so that a volley of
 * attempts at once gets no more than the limit.
 */
export function createLogin(db: Kysely<Database>, passwords: Passwords, limits: LoginLimits = LOGIN_LIMITS): Login {
  const unknown = new Map<string, { failures: number; lockedUntilMs: number }>();

  async function ofUser(user: Selectable<UserTable>, password: string, nowMs: number): Promise<LoginOutcome> {
    const untilMs = nowMs + limits.lockMs;
    const counted = await db
      .updateTable('app_user')
      .set((eb) => ({ failed_logins: eb('failed_logins', '+', 1) }))
      .where('id', '=', user.id)
      .where((eb) => eb.or([eb('locked_until', 'is', null), eb('locked_until', '<=', nowMs)]))
      .returning('failed_logins')
      .executeTakeFirst();
    // Locked out before, or since the user was read: by others of the same volley.
    if (counted === undefined) {
      const known = user.locked_until ?? 0;
      return { ok: false, reason: 'locked', untilMs: known > nowMs ? known : untilMs };
    }
    const attempts = counted.failed_logins;
    if (attempts > limits.maxFailures) {
      await lock(user.id, untilMs, nowMs);
      return { ok: false, reason: 'locked', untilMs };
    }
    if (await passwords.matches(user.password_hash, password)) {
      await db
        .updateTable('app_user')
        .set({ failed_logins: 0, locked_until: null })
        .where('id', '=', user.id)
        .execute();
      return { ok: true, account: accountOf(user) };
    }
    if (attempts === limits.maxFailures) await lock(user.id, untilMs, nowMs);
    return { ok: false, reason: 'wrong' };
  }

  async function lock(userId: string, untilMs: number, nowMs: number): Promise<void> {
    await db.transaction().execute(async (trx) => {
      await trx
        .updateTable('app_user')
        .set({ failed_logins: 0, locked_until: untilMs })
        .where('id', '=', userId)
        .execute();
      await writeAudit(trx, { userId: null, nowMs }, { action: 'lock-out', object: `user/${userId}` });
    });
  }

  async function ofNobody(username: string, password: string, nowMs: number): Promise<LoginOutcome> {
    const seen = unknown.get(username) ?? { failures: 0, lockedUntilMs: 0 };
    if (seen.lockedUntilMs > nowMs) return { ok: false, reason: 'locked', untilMs: seen.lockedUntilMs };
    seen.failures += 1;
    if (seen.failures >= limits.maxFailures) {
      seen.failures = 0;
      seen.lockedUntilMs = nowMs + limits.lockMs;
    }
    unknown.delete(username);
    unknown.set(username, seen);
    const [oldest] = unknown.keys();
    if (unknown.size > MAX_UNKNOWN_NAMES && oldest !== undefined) unknown.delete(oldest);
    await passwords.matches(undefined, password);
    return { ok: false, reason: 'wrong' };
  }

  return async (username, password, nowMs) => {
    const user = await db.selectFrom('app_user').selectAll().where('username', '=', username).executeTakeFirst();
    return user === undefined ? ofNobody(username, password, nowMs) : ofUser(user, password, nowMs);
  };
}
