import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import type { Effect } from '../api/schemas/decision.ts';
import { regionAndBelow, scopedInstitutions } from '../registry/scoped-institutions.ts';
import type { Scope } from '../scope.ts';

/** An effect with what the scope may see of it; institutions concerned beyond it are counted and not named. */
export async function withinScope(db: Kysely<Database>, scope: Scope, effect: Effect): Promise<Effect> {
  if (scope.kind === 'all') return effect;
  const ids = [...effect.institutions, ...effect.quotas, ...effect.alerts].map(({ institutionId }) => institutionId);
  const reporting = effect.reports.filter(({ kind }) => kind === 'institution').map(({ owner }) => owner);
  const concerned = [...new Set([...ids, ...reporting])];
  const seen = await seenOf(db, scope, concerned);
  const regions = await regionsOf(db, scope);
  const isSeen = ({ institutionId }: { institutionId: string }): boolean => seen.has(institutionId);
  return {
    ...effect,
    institutions: effect.institutions.filter(isSeen),
    quotas: effect.quotas.filter(isSeen),
    alerts: effect.alerts.filter(isSeen),
    reports: effect.reports.filter(({ kind, owner }) => (kind === 'institution' ? seen : regions).has(owner)),
    beyond: concerned.length - seen.size,
  };
}

async function seenOf(db: Kysely<Database>, scope: Scope, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await scopedInstitutions(db, scope)
    .where('institution.id', 'in', [...ids])
    .select('institution.id')
    .execute();
  return new Set(rows.map(({ id }) => id));
}

/** A region's report is seen by the region itself and those above it. */
async function regionsOf(db: Kysely<Database>, scope: Scope): Promise<Set<string>> {
  if (scope.kind !== 'region') return new Set();
  const rows = await regionAndBelow(db, scope.regionCode).execute();
  return new Set(rows.map(({ code }) => code));
}
