import type { Kysely } from 'kysely';

import { coefficientsOfYear, type DatedCoefficientSet } from '../../domain/coefficient.ts';
import { kgceChanges } from '../../domain/kgce-changes.ts';
import { USAGE_MEDIA } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { markYearsStale } from '../reports/mark-stale.ts';
import { noteInstitutions } from '../usage/note-institutions.ts';

/**
 * Notes what another list of entered sets changes for those who derive from it: drafts of years that have another set
 * become stale, and rules look again at the institutions whose alerts tell another amount of standard coal. Call it in
 * the transaction that changes the sets.
 */
export async function noteCoefficients(
  trx: Kysely<Database>,
  before: readonly DatedCoefficientSet[],
  after: readonly DatedCoefficientSet[],
  nowMs: number,
): Promise<void> {
  await markYearsStale(trx, (year) => coefficientsOfYear(year, before).id !== coefficientsOfYear(year, after).id);
  const changed = USAGE_MEDIA.filter(
    (medium) => JSON.stringify(kgceChanges(medium, before)) !== JSON.stringify(kgceChanges(medium, after)),
  );
  if (changed.length === 0) return;
  const concerned = trx.selectFrom('institution').select('id').orderBy('id');
  // Standby is judged everywhere, and of electricity; the other media count where they have a quota.
  const rows = await (
    changed.includes('electricity')
      ? concerned
      : concerned.where('id', 'in', trx.selectFrom('quota').select('institution_id').where('medium', 'in', changed))
  ).execute();
  // From where on is told by what their stored states were made under.
  await noteInstitutions(
    trx,
    rows.map(({ id }) => [id, nowMs] as const),
  );
}
