import { randomUUID } from 'node:crypto';

import type { Kysely, Selectable } from 'kysely';

import { PlatformError, bug } from '../../domain/errors.ts';
import type { Database, UserTable } from '../../storage/relational/schema.ts';
import type { Role } from '../api/schemas/session.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import type { Scope } from '../scope.ts';
import { type Change, writeAudit } from './audit.ts';
import type { Passwords } from './passwords.ts';

/** A person with a login. */
export interface Account {
  id: string;
  username: string;
  role: Role;
  institutionId: string | null;
  regionCode: string | null;
}

/** What a new account is made of; the password is kept only as its argon2id hash. */
export interface NewAccount {
  username: string;
  password: string;
  role: Role;
  institutionId?: string;
  regionCode?: string;
}

/**
 * Makes an account. Fails with `conflict` where the name is taken and `bad-request` where the institution or region of
 * its role is missing or not known.
 */
export async function createUser(
  db: Kysely<Database>,
  passwords: Passwords,
  input: NewAccount,
  change: Change,
  id: string = randomUUID(),
): Promise<Account> {
  const account: Account = {
    id,
    username: input.username,
    role: input.role,
    institutionId: input.role === 'institution' ? (input.institutionId ?? null) : null,
    regionCode: input.role === 'agency' ? (input.regionCode ?? null) : null,
  };
  await checkReferences(db, account);
  // Hashed before the transaction, which holds the only connection.
  const passwordHash = await passwords.hash(input.password);
  await inTransaction(db, async (trx) => {
    const taken = await trx
      .selectFrom('app_user')
      .select('id')
      .where('username', '=', input.username)
      .executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `There is a user with the name ${input.username}`);
    await trx
      .insertInto('app_user')
      .values({
        id,
        username: account.username,
        password_hash: passwordHash,
        role: account.role,
        institution_id: account.institutionId,
        region_code: account.regionCode,
        created_at: change.nowMs,
        locked_until: null,
      })
      .execute();
    await writeAudit(trx, change, { action: 'create', object: `user/${id}`, after: account });
  });
  return account;
}

async function checkReferences(db: Kysely<Database>, account: Account): Promise<void> {
  if (account.role === 'institution') {
    const id = account.institutionId ?? '';
    const found = await db.selectFrom('institution').select('id').where('id', '=', id).executeTakeFirst();
    if (found === undefined) {
      throw new PlatformError('bad-request', `institutionId: there is no institution "${id}"; enter it first`);
    }
  }
  if (account.role === 'agency') {
    const code = account.regionCode ?? '';
    const found = await db.selectFrom('region').select('code').where('code', '=', code).executeTakeFirst();
    if (found === undefined) {
      throw new PlatformError(
        'bad-request',
        `regionCode: no region has the code "${code}"; GET /api/regions lists them`,
      );
    }
  }
}

/** The account with this id as it stands now, or undefined. */
export async function findUser(db: Kysely<Database>, id: string): Promise<Account | undefined> {
  const row = await db.selectFrom('app_user').selectAll().where('id', '=', id).executeTakeFirst();
  return row === undefined ? undefined : accountOf(row);
}

/** Accounts by name, those after `after`. */
export async function listUsers(db: Kysely<Database>, page: { after?: string; limit: number }): Promise<Account[]> {
  let query = db.selectFrom('app_user').selectAll().orderBy('username').limit(page.limit);
  if (page.after !== undefined) query = query.where('username', '>', page.after);
  return (await query.execute()).map(accountOf);
}

/** What an account may look at (design section 11). */
export function scopeOf(account: Account): Scope {
  if (account.role === 'institution') {
    const institutionId = account.institutionId ?? bug(`user ${account.id} without an institution`);
    return { kind: 'institution', institutionId };
  }
  if (account.role === 'agency') {
    return { kind: 'region', regionCode: account.regionCode ?? bug(`agency ${account.id} without a region`) };
  }
  return { kind: 'all' };
}

/** An account as others may see it: nothing of its password or of its failed logins. */
export function accountOf(row: Selectable<UserTable>): Account {
  return {
    id: row.id,
    username: row.username,
    role: row.role as Role,
    institutionId: row.institution_id,
    regionCode: row.region_code,
  };
}
