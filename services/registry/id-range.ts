import type { ReferenceExpression, SelectQueryBuilder } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** Some ids: those in a list, or those after one and up to another. Everything where nothing is given. */
export interface IdRange {
  /** At most a few hundred: they become parameters. */
  ids?: readonly string[];
  after?: string;
  upTo?: string;
}

/** Narrows a query to the rows whose `column` lies in the range. */
export function within<Table extends keyof Database, Row>(
  query: SelectQueryBuilder<Database, Table, Row>,
  column: ReferenceExpression<Database, Table>,
  { ids, after, upTo }: IdRange,
): SelectQueryBuilder<Database, Table, Row> {
  let narrowed = query;
  if (ids !== undefined) narrowed = narrowed.where(column, 'in', [...ids] as never);
  if (after !== undefined) narrowed = narrowed.where(column, '>', after as never);
  if (upTo !== undefined) narrowed = narrowed.where(column, '<=', upTo as never);
  return narrowed;
}
