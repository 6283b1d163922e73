import type { DuckDBConnection, DuckDBPreparedStatement } from '@duckdb/node-api';

import type { DuckdbFile } from './duckdb-file.ts';

/** Up to where the spool is dealt with, kept with the readings. */
export interface Drained {
  /** The position of the last commit, 0 before the first. */
  position(): number;
  /** Sets it within the writer's transaction. */
  set(connection: DuckDBConnection, position: number): Promise<void>;
  /** Keeps or takes back what the transaction has set. */
  settle(committed: boolean): void;
}

/** Loads the position of a file. */
export async function loadDrained(file: DuckdbFile): Promise<Drained> {
  let position = 0;
  let uncommitted: number | undefined;
  let rows = 0;
  await file.read('SELECT position::DOUBLE FROM drained', (chunk) => {
    rows += chunk.rowCount;
    for (let row = 0; row < chunk.rowCount; row++) position = chunk.getColumnVector(0).getItem(row) as number;
  });
  if (rows === 0) await file.write(async (connection) => void (await connection.run('INSERT INTO drained VALUES (0)')));
  let update: DuckDBPreparedStatement | undefined;
  return {
    position: () => position,
    async set(connection, next) {
      // Prepared once: planning it costs as much as storing some hundred readings.
      update ??= await connection.prepare('UPDATE drained SET position = $1');
      update.bindBigInt(1, BigInt(next));
      await update.run();
      uncommitted = next;
    },
    settle(committed) {
      if (committed && uncommitted !== undefined) position = uncommitted;
      uncommitted = undefined;
    },
  };
}
