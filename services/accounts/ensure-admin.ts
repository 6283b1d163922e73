import { randomBytes } from 'node:crypto';

import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import type { Passwords } from './passwords.ts';
import { createUser } from './users.ts';

/**
 * Makes the account `admin` where there is no administrator yet (the first start). Returns the password where it had
 * to make one, to be shown once; undefined otherwise.
 */
export async function ensureAdmin(
  db: Kysely<Database>,
  passwords: Passwords,
  options: { nowMs: number; password?: string },
): Promise<string | undefined> {
  const admin = await db.selectFrom('app_user').select('id').where('role', '=', 'admin').executeTakeFirst();
  if (admin !== undefined) return undefined;
  const password = options.password ?? randomBytes(15).toString('base64url');
  const change = { userId: null, nowMs: options.nowMs };
  await createUser(db, passwords, { username: 'admin', password, role: 'admin' }, change);
  return options.password === undefined ? password : undefined;
}
