import type { DuckDBConnection } from '@duckdb/node-api';

import type { TouchedPage, TouchedRange } from '../port.ts';
import { appendRows, integerColumn, longColumn } from './append-rows.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';

const PAGE_ROWS = 50_000;

/** Which ranges were written, numbered by transaction. Writes are serial, so that no number comes late. */
export interface TouchLog {
  /** Logs ranges under the next number, within the writer's transaction. */
  add(connection: DuckDBConnection, ranges: readonly TouchedRange[]): Promise<void>;
  /** Logs the whole stored range of every meter. */
  addAllReadings(connection: DuckDBConnection): Promise<void>;
  since(sequence: number): Promise<TouchedPage>;
  forget(sequence: number): Promise<void>;
}

/** Opens the log and takes up its numbering. */
export async function loadTouchLog(file: DuckdbFile, meters: IdKeys): Promise<TouchLog> {
  let last = 0;
  const highest = `SELECT coalesce(max(sequence), 0)::DOUBLE FROM
    (SELECT sequence FROM touched UNION ALL SELECT sequence FROM touched_floor)`;
  await file.read(highest, (chunk) => (last = chunk.getColumnVector(0).getItem(0) as number));

  return {
    async add(connection, ranges) {
      if (ranges.length === 0) return;
      const sequence = ++last;
      await appendRows(connection, 'touched', ranges.length, [
        longColumn(() => sequence),
        integerColumn((row) => meters.keyOf(ranges[row]!.meter)!),
        longColumn((row) => ranges[row]!.fromMs),
        longColumn((row) => ranges[row]!.toMs),
      ]);
    },
    async addAllReadings(connection) {
      await connection.run(`INSERT INTO touched SELECT ${++last}, meter, min(ts), max(ts) FROM reading GROUP BY meter`);
    },
    async since(sequence) {
      const page: TouchedPage = { sequence, ranges: [] };
      // A number is never split over two pages.
      const end = `SELECT max(sequence) FROM (SELECT sequence FROM touched WHERE sequence > ${sequence}
        ORDER BY sequence LIMIT ${PAGE_ROWS})`;
      const sql = `SELECT sequence::DOUBLE, meter, from_ms::DOUBLE, to_ms::DOUBLE FROM touched
        WHERE sequence > ${sequence} AND sequence <= (${end}) ORDER BY sequence`;
      await file.read(sql, (chunk) => {
        const columns = [0, 1, 2, 3].map((index) => chunk.getColumnVector(index));
        for (let row = 0; row < chunk.rowCount; row++) {
          const [number, meter, fromMs, toMs] = columns.map((column) => column.getItem(row) as number);
          page.sequence = number!;
          page.ranges.push({ meter: meters.idOf(meter!), fromMs: fromMs!, toMs: toMs! });
        }
      });
      return page;
    },
    async forget(sequence) {
      await file.write(async (connection) => {
        await connection.run(`DELETE FROM touched_floor`);
        await connection.run(`INSERT INTO touched_floor VALUES (${last})`);
        await connection.run(`DELETE FROM touched WHERE sequence <= ${sequence}`);
      });
    },
  };
}
