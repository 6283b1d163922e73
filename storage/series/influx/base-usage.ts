import { collectBaseUsage } from '../collect-base-usage.ts';
import type { BaseUsage, MeterInstant } from '../port.ts';
import { deleteStale } from './delete-stale.ts';
import type { InfluxConnection } from './influx-connection.ts';
import { oneOf, text, within } from './influxql.ts';
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

/** The base intervals of several meters, in columns; a meter without any is left out. */
export async function readBaseUsage(
  connection: InfluxConnection,
  ids: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<BaseUsage[]> {
  const byMeter = new Map<string, ReturnType<typeof collectBaseUsage>>();
  const statements = oneOf('meter', ids).map(
    (meters) =>
      `SELECT micro, quality, state FROM usage_base WHERE ${meters} AND ${within(fromMs, toMs)} GROUP BY meter`,
  );
  await connection.query(statements, ({ tags, rows }) => {
    const meter = tags['meter']!;
    let collected = byMeter.get(meter);
    if (collected === undefined) byMeter.set(meter, (collected = collectBaseUsage(meter, fromMs, toMs)));
    for (const [at, micro, quality, state] of rows) {
      collected.add(Number(at), BigInt(micro!), Number(quality), String(state));
    }
  });
  return [...byMeter.values()].map((collected) => collected.finish());
}

/** Per meter the last base interval that starts at or before its instant; one request for all. */
export async function readBaseUsageAt(
  connection: InfluxConnection,
  instants: readonly MeterInstant[],
): Promise<Map<string, { startMs: number; state: string }>> {
  const found = new Map<string, { startMs: number; state: string }>();
  const statements = instants.map(
    ({ meter, atMs }) => `SELECT state FROM usage_base WHERE meter = ${text(meter)} AND time <= ${atMs}ms
      ORDER BY time DESC LIMIT 1`,
  );
  await connection.query(statements, ({ statement, rows: [row] }) => {
    if (row !== undefined) found.set(instants[statement]!.meter, { startMs: Number(row[0]), state: String(row[1]) });
  });
  return found;
}
