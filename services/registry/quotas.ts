import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { Scope } from '../scope.ts';
import { inTransaction } from './in-transaction.ts';
import { requireInstitution } from './institutions.ts';

/** A quota of one institution, medium and year, in canonical units. */
export interface QuotaInput {
  institutionId: string;
  medium: UsageMedium;
  year: number;
  annualLimit: number;
  /** Twelve limits that sum to the annual one; equal parts where left out. */
  monthLimits?: number[];
}

/**
 * Sets or replaces a quota. Fails with `not-found` where the scope does not reach the institution and `bad-request`
 * where the months do not sum to the year (to one part in a million).
 */
export async function putQuota(
  db: Kysely<Database>,
  scope: Scope,
  input: QuotaInput,
  change: Change,
): Promise<Required<QuotaInput>> {
  const monthLimits = input.monthLimits ?? Array.from({ length: 12 }, () => input.annualLimit / 12);
  const sum = monthLimits.reduce((total, limit) => total + limit, 0);
  if (monthLimits.length !== 12 || Math.abs(sum - input.annualLimit) > 1e-6 * input.annualLimit) {
    throw new PlatformError(
      'bad-request',
      `monthLimits: the twelve months sum to ${sum}, the year's limit is ${input.annualLimit}; make them agree`,
    );
  }
  await inTransaction(db, async (trx) => {
    await requireInstitution(trx, scope, input.institutionId);
    const before = await trx
      .selectFrom('quota')
      .select(['annual_limit', 'month_limits'])
      .where('institution_id', '=', input.institutionId)
      .where('medium', '=', input.medium)
      .where('year', '=', input.year)
      .executeTakeFirst();
    const limits = { annual_limit: input.annualLimit, month_limits: JSON.stringify(monthLimits) };
    await trx
      .insertInto('quota')
      .values({ institution_id: input.institutionId, medium: input.medium, year: input.year, ...limits })
      .onConflict((conflict) => conflict.columns(['institution_id', 'medium', 'year']).doUpdateSet(limits))
      .execute();
    await writeAudit(trx, change, {
      action: before === undefined ? 'create' : 'change',
      object: `quota/${input.institutionId}/${input.year}/${input.medium}`,
      before: before && { annualLimit: before.annual_limit, monthLimits: JSON.parse(before.month_limits) as unknown },
      after: { annualLimit: input.annualLimit, monthLimits },
    });
  });
  return { ...input, monthLimits };
}
