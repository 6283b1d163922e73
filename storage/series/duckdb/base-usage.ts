import type { DuckDBConnection } from '@duckdb/node-api';

import { collectBaseUsage } from '../collect-base-usage.ts';
import type { BaseUsage } from '../port.ts';
import { appendRows, bigintColumn, codeColumn, integerColumn, longColumn, textColumn } from './append-rows.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';

/** Replaces the base intervals of the given meters within their ranges, in one transaction. */
export async function replaceBaseUsage(file: DuckdbFile, meters: IdKeys, blocks: readonly BaseUsage[]): Promise<void> {
  if (blocks.length === 0) return;
  await file.write(
    async (connection) => {
      await meters.assign(
        connection,
        blocks.map((block) => block.meter),
      );
      const keys = blocks.map((block) => meters.keyOf(block.meter)!);
      await deleteRanges(connection, blocks, keys);
      const { blockOf, rowOf } = flatten(blocks);
      await appendRows(connection, 'usage_base', rowOf.length, [
        integerColumn((index) => keys[blockOf[index]!]!),
        longColumn((index) => blocks[blockOf[index]!]!.starts[rowOf[index]!]!),
        bigintColumn((index) => blocks[blockOf[index]!]!.values[rowOf[index]!]!),
        codeColumn((index) => blocks[blockOf[index]!]!.qualities[rowOf[index]!]!),
        textColumn((index) => blocks[blockOf[index]!]!.states[rowOf[index]!]!),
      ]);
    },
    (committed) => meters.settle(committed),
  );
}

/** For each row of all blocks together, its block and its place there. */
function flatten(blocks: readonly BaseUsage[]): { blockOf: Int32Array; rowOf: Int32Array } {
  const rowCount = blocks.reduce((count, { starts }) => count + starts.length, 0);
  const [blockOf, rowOf] = [new Int32Array(rowCount), new Int32Array(rowCount)];
  let index = 0;
  for (const [block, { starts }] of blocks.entries()) {
    for (let row = 0; row < starts.length; row++, index++) {
      blockOf[index] = block;
      rowOf[index] = row;
    }
  }
  return { blockOf, rowOf };
}

async function deleteRanges(
  connection: DuckDBConnection,
  blocks: readonly BaseUsage[],
  keys: readonly number[],
): Promise<void> {
  await connection.run('TRUNCATE staged_range');
  await appendRows(connection, 'staged_range', blocks.length, [
    integerColumn((row) => keys[row]!),
    longColumn((row) => blocks[row]!.fromMs),
    longColumn((row) => blocks[row]!.toMs),
  ]);
  const fromMs = blocks.reduce((least, block) => Math.min(least, block.fromMs), Number.POSITIVE_INFINITY);
  const toMs = blocks.reduce((most, block) => Math.max(most, block.toMs), Number.NEGATIVE_INFINITY);
  await connection.run(
    `DELETE FROM usage_base u USING staged_range s
     WHERE u.meter = s.meter AND u.start_ms >= s.from_ms AND u.start_ms < s.to_ms
       AND u.start_ms >= ${fromMs} AND u.start_ms < ${toMs}`,
  );
}

/** The base intervals of a meter, in columns. */
export async function readBaseUsage(
  file: DuckdbFile,
  meters: IdKeys,
  meter: string,
  fromMs: number,
  toMs: number,
): Promise<BaseUsage> {
  const collected = collectBaseUsage(meter, fromMs, toMs);
  const key = meters.keyOf(meter);
  if (key !== undefined) {
    const sql = `SELECT start_ms::DOUBLE, micro, quality, state FROM usage_base
      WHERE meter = ${key} AND start_ms >= ${fromMs} AND start_ms < ${toMs} ORDER BY start_ms`;
    await file.read(sql, (chunk) => {
      const [start, micro, quality, state] = [0, 1, 2, 3].map((index) => chunk.getColumnVector(index));
      for (let row = 0; row < chunk.rowCount; row++) {
        collected.add(
          start!.getItem(row) as number,
          micro!.getItem(row) as bigint,
          quality!.getItem(row) as number,
          state!.getItem(row) as string,
        );
      }
    });
  }
  return collected.finish();
}

/** The last base interval that starts at or before `atMs`, or undefined. */
export async function readBaseUsageAt(
  file: DuckdbFile,
  meters: IdKeys,
  meter: string,
  atMs: number,
): Promise<{ startMs: number; state: string } | undefined> {
  const key = meters.keyOf(meter);
  if (key === undefined) return undefined;
  let found: { startMs: number; state: string } | undefined;
  const sql = `SELECT start_ms::DOUBLE, state FROM usage_base WHERE meter = ${key} AND start_ms <= ${atMs}
    ORDER BY start_ms DESC LIMIT 1`;
  await file.read(sql, (chunk) => {
    if (chunk.rowCount === 0) return;
    found = {
      startMs: chunk.getColumnVector(0).getItem(0) as number,
      state: chunk.getColumnVector(1).getItem(0) as string,
    };
  });
  return found;
}
