import type { Kysely } from 'kysely';

import { problemOfCreditCode } from '../../domain/credit-code.ts';
import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';

/**
 * Throws `bad-request` where a credit code (统一社会信用代码) is none, `conflict` where another institution has it. An
 * institution without one passes.
 */
export async function requireCreditCode(
  db: Kysely<Database>,
  institution: string,
  code: string | null | undefined,
): Promise<void> {
  if (code === null || code === undefined) return;
  const problem = problemOfCreditCode(code);
  if (problem !== undefined) throw new PlatformError('bad-request', `creditCode: ${code} ${problem}`);
  const other = await db
    .selectFrom('institution')
    .select(['id', 'name'])
    .where('credit_code', '=', code)
    .where('id', '!=', institution)
    .executeTakeFirst();
  if (other === undefined) return;
  throw new PlatformError(
    'conflict',
    `creditCode: ${code} is the code of ${other.id} (${other.name}) already; correct one`,
  );
}
