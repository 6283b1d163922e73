import type { DuckDBConnection } from '@duckdb/node-api';

import { bug } from '../../../domain/errors.ts';
import { appendRows, integerColumn, textColumn } from './append-rows.ts';
import type { DuckdbFile } from './duckdb-file.ts';

/** Ids outside, small integer keys inside: four bytes a row that compress to almost none. */
export interface IdKeys {
  keyOf(id: string): number | undefined;
  idOf(key: number): string;
  /** The keys of those ids that have one. */
  keysOf(ids: readonly string[]): number[];
  /** The keys of ids, given and stored within the writer's transaction where they are new. */
  assign(connection: DuckDBConnection, ids: Iterable<string>): Promise<void>;
  /** Keeps or takes back what the transaction has assigned. */
  settle(committed: boolean): void;
}

/** Loads the ids of a table (key, id). */
export async function loadIdKeys(file: DuckdbFile, table: 'meter' | 'institution'): Promise<IdKeys> {
  const keys = new Map<string, number>();
  const ids: string[] = [];
  let uncommitted: string[] = [];
  await file.read(`SELECT key, id FROM ${table}`, (chunk) => {
    const [key, id] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
    for (let row = 0; row < chunk.rowCount; row++) {
      keys.set(id.getItem(row) as string, key.getItem(row) as number);
      ids[key.getItem(row) as number] = id.getItem(row) as string;
    }
  });
  return {
    keyOf: (id) => keys.get(id),
    idOf: (key) => ids[key] ?? bug(`no ${table} has the key ${key}`),
    keysOf: (wanted) => wanted.map((id) => keys.get(id)).filter((key) => key !== undefined),
    async assign(connection, wanted) {
      const fresh: string[] = [];
      for (const id of wanted) {
        if (keys.has(id)) continue;
        keys.set(id, ids.length);
        ids.push(id);
        fresh.push(id);
        uncommitted.push(id);
      }
      await appendRows(connection, table, fresh.length, [
        integerColumn((row) => keys.get(fresh[row]!)!),
        textColumn((row) => fresh[row]!),
      ]);
    },
    settle(committed) {
      if (!committed) {
        for (const id of uncommitted) keys.delete(id);
        ids.length -= uncommitted.length;
      }
      uncommitted = [];
    },
  };
}
