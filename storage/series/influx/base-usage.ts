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
  const standing = await standingStarts(connection, blocks);
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

/** Blocks whose ranges together are hardly longer than each are asked for in one statement: 10,000 of one take seconds. */
const BLOCKS_PER_STATEMENT = 200;
const RANGES_ALIKE = 2;

async function standingStarts(connection: InfluxConnection, blocks: readonly BaseUsage[]): Promise<number[][]> {
  const standing = blocks.map(() => [] as number[]);
  const groups: { fromMs: number; toMs: number; indexes: Map<string, number[]>; spans: number; size: number }[] = [];
  for (const [index, { meter, fromMs, toMs }] of blocks.entries()) {
    const last = groups.at(-1);
    const [from, to] = [Math.min(fromMs, last?.fromMs ?? fromMs), Math.max(toMs, last?.toMs ?? toMs)];
    const isAlike =
      last !== undefined &&
      last.size < BLOCKS_PER_STATEMENT &&
      (to - from) * (last.size + 1) <= (last.spans + toMs - fromMs) * RANGES_ALIKE;
    const group = isAlike ? last : { fromMs, toMs, indexes: new Map<string, number[]>(), spans: 0, size: 0 };
    if (!isAlike) groups.push(group);
    group.fromMs = isAlike ? from : fromMs;
    group.toMs = isAlike ? to : toMs;
    group.spans += toMs - fromMs;
    group.size++;
    group.indexes.set(meter, [...(group.indexes.get(meter) ?? []), index]);
  }
  const statements = groups.map(({ fromMs, toMs, indexes }) => {
    const [meters] = oneOf('meter', [...indexes.keys()]);
    return `SELECT quality FROM usage_base WHERE ${meters!} AND ${within(fromMs, toMs)} GROUP BY meter`;
  });
  await connection.query(statements, ({ statement, tags, rows }) => {
    for (const index of groups[statement]!.indexes.get(tags['meter']!) ?? []) {
      const { fromMs, toMs } = blocks[index]!;
      for (const [at] of rows) if (Number(at) >= fromMs && Number(at) < toMs) standing[index]!.push(Number(at));
    }
  });
  return standing;
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
