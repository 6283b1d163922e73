import { setImmediate } from 'node:timers/promises';

import { CompiledQuery, type Kysely } from 'kysely';

import type { Database } from '../../../storage/relational/schema.ts';

/** Parameters of one statement; SQLite takes 32,766, PostgreSQL 65,535. */
const PARAMETERS = 12_000;

/**
 * Writes many rows in few statements, taking them as they come: a city's rows are never all there at once. The text of a
 * statement is made once, for making it takes longer than running it.
 * With `replaces` rows that are there already (by that key) get the other columns, but for `keeps`.
 */
export async function bulkInsert(
  trx: Kysely<Database>,
  table: keyof Database,
  columns: readonly string[],
  rows: Iterable<readonly unknown[]>,
  conflict?: { replaces: string; keeps: readonly string[] },
): Promise<void> {
  const whole = Math.max(1, Math.floor(PARAMETERS / columns.length));
  let text = '';
  let size = 0;
  async function write(count: number, parameters: unknown[]): Promise<void> {
    if (count !== size) {
      size = count;
      text = statement(trx, table, columns, count, conflict);
    }
    await trx.executeQuery(CompiledQuery.raw(text, parameters));
    // A statement and all it was given are let go only once the event loop turns.
    await setImmediate();
  }
  let waiting: unknown[] = [];
  let count = 0;
  for (const row of rows) {
    for (const value of row) waiting.push(value);
    count += 1;
    if (count < whole) continue;
    await write(count, waiting);
    waiting = [];
    count = 0;
  }
  if (count > 0) await write(count, waiting);
}

function statement(
  trx: Kysely<Database>,
  table: string,
  columns: readonly string[],
  size: number,
  conflict: { replaces: string; keeps: readonly string[] } | undefined,
): string {
  const blank = Object.fromEntries(columns.map((column) => [column, 0]));
  // Tables and columns come as names here: the columns of what is written follow from the sheets.
  const db = trx as unknown as Kysely<Record<string, Record<string, unknown>>>;
  let query = db.insertInto(table).values(Array.from({ length: size }, () => blank));
  if (conflict !== undefined) {
    const { replaces, keeps } = conflict;
    const renewed = columns.filter((column) => column !== replaces && !keeps.includes(column));
    query = query.onConflict((on) =>
      on
        .column(replaces)
        .doUpdateSet((eb) => Object.fromEntries(renewed.map((name) => [name, eb.ref(`excluded.${name}`)]))),
    );
  }
  return query.compile().sql;
}
