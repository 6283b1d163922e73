import { isListKey, keyOf, type ListPage } from '../registry/list-order.ts';
import { decodeCursor, pageOf } from './cursor.ts';
import type { Sort } from './schemas/common.ts';

/** What the queries of the registry's lists have in common. */
interface PageQuery {
  cursor?: string | undefined;
  limit: number;
  sort: Sort;
}

/** The piece of a list that a query asks for, and one row more to see whether there is a next one. */
export function listPageOf({ cursor, limit, sort }: PageQuery): ListPage {
  return { sort, after: decodeCursor(cursor, isListKey(sort)), limit: limit + 1 };
}

/** The rows read for {@link listPageOf} as the answer's page. */
export function answerPage<Row extends { id: string; name: string }>(
  rows: readonly Row[],
  { limit, sort }: PageQuery,
): { items: Row[]; next: string | null } {
  return pageOf(
    rows,
    limit,
    (row) => keyOf(sort, row),
    (row) => row,
  );
}
