import { sql, type RawBuilder } from 'kysely';

import type { Sort } from '../api/schemas/common.ts';

/** A place in a list: the id of the last row seen, or its name and id where the list is by name. */
export type ListKey = string | readonly [name: string, id: string];

/** Order and piece of a list of the registry; by id where nothing is said. */
export interface ListPage {
  sort?: Sort | undefined;
  /** Only what comes behind it. */
  after?: ListKey | undefined;
  limit?: number | undefined;
}

/** Narrowing that the lists of the registry have in common. */
export interface ListNarrowing {
  /** Part of the id or the name, in any case. */
  text?: string | undefined;
  /** Only what has ended by the date, or only what has not. */
  ended?: boolean | undefined;
}

/** Column and direction of an order; the id decides among equals. */
export function orderOf(sort: Sort = 'id'): { column: 'id' | 'name'; direction: 'asc' | 'desc' } {
  return { column: sort.endsWith('name') ? 'name' : 'id', direction: sort.startsWith('-') ? 'desc' : 'asc' };
}

/** The key of a row in an order, for the next page. */
export function keyOf(sort: Sort, row: { id: string; name: string }): ListKey {
  return orderOf(sort).column === 'id' ? row.id : [row.name, row.id];
}

/** True for what {@link keyOf} gives in that order. */
export function isListKey(sort: Sort): (key: unknown) => key is ListKey {
  const isText = (key: unknown): boolean => typeof key === 'string';
  return orderOf(sort).column === 'id'
    ? (key): key is ListKey => isText(key)
    : (key): key is ListKey => Array.isArray(key) && key.length === 2 && key.every(isText);
}

/** The condition that a row of `table` lies behind the key. */
export function behindKey(table: string, { sort, after = '' }: ListPage): RawBuilder<boolean> {
  const { column, direction } = orderOf(sort);
  const than = direction === 'asc' ? sql.raw('>') : sql.raw('<');
  const id = sql.ref(`${table}.id`);
  if (column === 'id') return sql`${id} ${than} ${String(after)}`;
  const [name, lastId] = typeof after === 'string' ? [after, ''] : after;
  return sql`(${sql.ref(`${table}.name`)}, ${id}) ${than} (${name}, ${lastId})`;
}

/** The condition that a row's id or name has the text in it; ASCII letters in either case, on both engines alike. */
export function hasText(table: string, text: string): RawBuilder<boolean> {
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const pattern = `%${lower.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const has = (column: string): RawBuilder<boolean> =>
    sql`lower(${sql.ref(`${table}.${column}`)}) like ${pattern} escape '\\'`;
  return sql`(${has('id')} or ${has('name')})`;
}

/** The condition that a row has ended by a date, or has not. */
export function hasEnded(table: string, ended: boolean, date: string): RawBuilder<boolean> {
  const endedOn = sql.ref(`${table}.ended_on`);
  return ended ? sql`${endedOn} <= ${date}` : sql`(${endedOn} is null or ${endedOn} > ${date})`;
}
