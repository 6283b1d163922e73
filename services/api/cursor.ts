import { PlatformError } from '../../domain/errors.ts';

/** A place in a list, opaque to the client. */
export function encodeCursor(key: string | number | readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The place a cursor stands for. Throws `bad-request` where it is none of ours. */
export function decodeCursor<T>(cursor: string | undefined, isKey: (key: unknown) => key is T): T | undefined {
  if (cursor === undefined) return undefined;
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    key = undefined;
  }
  if (!isKey(key)) throw new PlatformError('bad-request', 'cursor: pass on the `next` of the page before, unchanged');
  return key;
}

export const isTextKey = (key: unknown): key is string => typeof key === 'string';
export const isNumberKey = (key: unknown): key is number => typeof key === 'number' && Number.isSafeInteger(key);

/** A page of `rows`, of which one more than `limit` was read to see whether there is a next one. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => string | number | readonly (string | number)[],
  toItem: (row: Row) => Item,
): { items: Item[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(toItem),
    next: rows.length > limit && last !== undefined ? encodeCursor(keyOf(last)) : null,
  };
}
