import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import type { Account } from '../accounts/users.ts';

/** What an account may look at, in words: the name of its institution, its region, or the city. */
export async function scopeNameOf(db: Kysely<Database>, account: Account): Promise<string> {
  if (account.institutionId !== null) {
    const row = await db
      .selectFrom('institution')
      .select('name')
      .where('id', '=', account.institutionId)
      .executeTakeFirst();
    return row?.name ?? account.institutionId;
  }
  const regions = db.selectFrom('region').select('name_zh').orderBy('code');
  const row = await (
    account.regionCode === null
      ? regions.where('parent_code', 'is', null)
      : regions.where('code', '=', account.regionCode)
  ).executeTakeFirst();
  return row?.name_zh ?? account.regionCode ?? '';
}
