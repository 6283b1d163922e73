import {
  BIGINT,
  DOUBLE,
  DuckDBDataChunk,
  DuckDBVector,
  INTEGER,
  UTINYINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';

/** A column of rows to append: its type and the value of row i. */
export interface AppendColumn {
  type: DuckDBType;
  value: (row: number) => DuckDBValue;
}

/** A column of 32-bit integers. */
export const integerColumn = (value: (row: number) => number): AppendColumn => ({ type: INTEGER, value });
/** A column of small codes, 0 to 255. */
export const codeColumn = (value: (row: number) => number): AppendColumn => ({ type: UTINYINT, value });
/** A column of doubles. */
export const doubleColumn = (value: (row: number) => number): AppendColumn => ({ type: DOUBLE, value });
/** A column of 64-bit integers. */
export const bigintColumn = (value: (row: number) => bigint): AppendColumn => ({ type: BIGINT, value });
/** The same, where some are unknown. */
export const bigintOrNullColumn = (value: (row: number) => bigint | null): AppendColumn => ({ type: BIGINT, value });
/** A column of 64-bit integers that a double holds exactly, such as epoch milliseconds. */
export const longColumn = (value: (row: number) => number): AppendColumn => ({
  type: BIGINT,
  value: (row) => BigInt(value(row)),
});
/** A column of strings. */
export const textColumn = (value: (row: number) => string): AppendColumn => ({ type: VARCHAR, value });

const CHUNK_ROWS = DuckDBVector.standardSize();

/** Appends rows to a table in data chunks, within the connection's open transaction. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rowCount: number,
  columns: readonly AppendColumn[],
): Promise<void> {
  if (rowCount === 0) return;
  const types = columns.map((column) => column.type);
  const appender = await connection.createAppender(table);
  try {
    for (let offset = 0; offset < rowCount; offset += CHUNK_ROWS) {
      const size = Math.min(CHUNK_ROWS, rowCount - offset);
      const chunk = DuckDBDataChunk.create(types, size);
      for (const [index, column] of columns.entries()) {
        const vector = chunk.getColumnVector(index);
        for (let row = 0; row < size; row++) vector.setItem(row, column.value(offset + row));
        vector.flush();
      }
      appender.appendDataChunk(chunk);
    }
  } finally {
    appender.closeSync();
  }
}
