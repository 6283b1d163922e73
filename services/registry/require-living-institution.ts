import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** Throws `bad-request` where there is no such institution, or an end of it is entered. */
export async function requireLivingInstitution(db: Kysely<Database>, id: string): Promise<void> {
  const row = await db.selectFrom('institution').select('ended_on').where('id', '=', id).executeTakeFirst();
  if (row === undefined) {
    throw new PlatformError('bad-request', `institutionId: there is no institution ${id}; enter it first`);
  }
  if (row.ended_on !== null) {
    throw new PlatformError(
      'bad-request',
      `institutionId: ${id} ends on ${row.ended_on}; nothing new can belong to it`,
    );
  }
}
