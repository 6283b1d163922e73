import type { DuckDBConnection } from '@duckdb/node-api';

import { collectBaseUsage } from '../collect-base-usage.ts';
import type { BaseUsage, MeterInstant } from '../port.ts';
import { appendRows, bigintColumn, codeColumn, integerColumn, longColumn, textColumn } from './append-rows.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';
import { readNearestRows } from './nearest-rows.ts';

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

/** The base intervals of several meters, in columns; a meter without any is left out. */
export async function readBaseUsage(
  file: DuckdbFile,
  meters: IdKeys,
  ids: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<BaseUsage[]> {
  const keys = meters.keysOf(ids);
  if (keys.length === 0) return [];
  const byMeter = new Map<number, ReturnType<typeof collectBaseUsage>>();
  const sql = `SELECT start_ms::DOUBLE, micro, quality, state, meter FROM usage_base
    WHERE meter IN (${keys.join(',')}) AND start_ms >= ${fromMs} AND start_ms < ${toMs} ORDER BY meter, start_ms`;
  await file.read(sql, (chunk) => {
    const [start, micro, quality, state, meter] = [0, 1, 2, 3, 4].map((index) => chunk.getColumnVector(index));
    for (let row = 0; row < chunk.rowCount; row++) {
      const key = meter!.getItem(row) as number;
      let collected = byMeter.get(key);
      if (collected === undefined) byMeter.set(key, (collected = collectBaseUsage(meters.idOf(key), fromMs, toMs)));
      collected.add(
        start!.getItem(row) as number,
        micro!.getItem(row) as bigint,
        quality!.getItem(row) as number,
        state!.getItem(row) as string,
      );
    }
  });
  return [...byMeter.values()].map((collected) => collected.finish());
}

/** Per meter the last base interval that starts at or before its instant. */
export async function readBaseUsageAt(
  file: DuckdbFile,
  meters: IdKeys,
  instants: readonly MeterInstant[],
): Promise<Map<string, { startMs: number; state: string }>> {
  const found = await readNearestRows(file, meters, instants, {
    table: 'usage_base',
    time: 'start_ms',
    column: 'state',
    side: '<=',
  });
  return new Map([...found].map(([meter, { atMs, value }]) => [meter, { startMs: atMs, state: value as string }]));
}
