import { collectBaseUsage } from '../collect-base-usage.ts';
import type { BaseUsage } from '../port.ts';
import { deleteStale } from './delete-stale.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { text, within } from './influxql.ts';
import { baseUsageLines } from './lines.ts';

/**
 * Replaces the base intervals of the given meters within their ranges: writes over the same starts, then deletes the
 * starts that are there no longer. Between the two a reader may see both; a call that failed is repeated whole.
 */
export async function replaceBaseUsage(connection: InfluxConnection, blocks: readonly BaseUsage[]): Promise<void> {
  const standing = blocks.map(() => [] as number[]);
  const statements = blocks.map(
    ({ meter, fromMs, toMs }) =>
      `SELECT quality FROM usage_base WHERE meter = ${text(meter)} AND ${within(fromMs, toMs)}`,
  );
  await connection.query(statements, ({ statement, rows }) => {
    for (const [at] of rows) standing[statement]!.push(Number(at));
  });
  await connection.write(baseUsageLines(blocks));
  const stale = deleteStale(
    'usage_base',
    blocks.map((block, index) => ({
      condition: `meter = ${text(block.meter)}`,
      standing: standing[index]!,
      wanted: new Set(block.starts),
    })),
  );
  await connection.query(stale, () => undefined);
}

/** The base intervals of a meter, in columns. */
export async function readBaseUsage(
  connection: InfluxConnection,
  meter: string,
  fromMs: number,
  toMs: number,
): Promise<BaseUsage> {
  const collected = collectBaseUsage(meter, fromMs, toMs);
  const sql = `SELECT micro, quality, state FROM usage_base WHERE meter = ${text(meter)} AND ${within(fromMs, toMs)}`;
  await connection.query([sql], ({ rows }) => {
    for (const [at, micro, quality, state] of rows) {
      collected.add(Number(at), BigInt(micro!), Number(quality), String(state));
    }
  });
  return collected.finish();
}

/** The last base interval that starts at or before `atMs`, or undefined. */
export async function readBaseUsageAt(
  connection: InfluxConnection,
  meter: string,
  atMs: number,
): Promise<{ startMs: number; state: string } | undefined> {
  let found: { startMs: number; state: string } | undefined;
  const sql = `SELECT state FROM usage_base WHERE meter = ${text(meter)} AND time <= ${atMs}ms
    ORDER BY time DESC LIMIT 1`;
  await connection.query([sql], ({ rows: [row] }) => {
    if (row !== undefined) found = { startMs: Number(row[0]), state: String(row[1]) };
  });
  return found;
}
