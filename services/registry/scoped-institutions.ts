import type { Kysely, SelectQueryBuilder } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import type { Scope } from '../scope.ts';

/**
 * The institutions a scope may look at, as the start of a query: select from it, join on it. This is the only place
 * where a scope becomes a condition. A region sees what reports to it or to a region below it, wherever it stands; so
 * units of the city itself (市直) are not seen by the district they stand in.
 */
export function scopedInstitutions(
  db: Kysely<Database>,
  scope: Scope,
): SelectQueryBuilder<Database, 'institution', object> {
  const query = db.selectFrom('institution');
  if (scope.kind === 'all') return query;
  if (scope.kind === 'institution') return query.where('institution.id', '=', scope.institutionId);
  const { regionCode } = scope;
  // As an expression, so that SQLite starts from the one meter or institution asked for, not from all of the region.
  return query.where((eb) =>
    eb(eb.fn.coalesce('institution.reports_to', eb.val('')), 'in', regionAndBelow(db, regionCode)),
  );
}

/** A query for the code of a region and of all regions below it. */
export function regionAndBelow(
  db: Kysely<Database>,
  code: string,
): SelectQueryBuilder<Database & { below: { code: string } }, 'below', { code: string }> {
  return db
    .withRecursive('below(code)', (below) =>
      below
        .selectFrom('region')
        .where('region.code', '=', code)
        .select('region.code')
        .union((union) =>
          union.selectFrom('region').innerJoin('below', 'below.code', 'region.parent_code').select('region.code'),
        ),
    )
    .selectFrom('below')
    .select('below.code');
}
