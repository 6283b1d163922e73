import type { MeterStep, MeterUsage } from '../port.ts';
import { appendRows, integerColumn, longColumn } from './append-rows.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';
import { inIdOrder } from './in-id-order.ts';
import { SUM_SELECT, sumColumns, sumReader } from './usage-sums.ts';

type SumStep = Exclude<MeterStep, 'base'>;

/** Inserts or overwrites sums by (meter, start), in one transaction; of rows with one key the last wins. */
export async function putMeterUsage(
  file: DuckdbFile,
  meters: IdKeys,
  step: SumStep,
  rows: readonly MeterUsage[],
): Promise<void> {
  if (rows.length === 0) return;
  await file.write(
    async (connection) => {
      await meters.assign(
        connection,
        rows.map((row) => row.meter),
      );
      const unique = lastOfEachKey(rows, meters);
      const keys = unique.map((row) => meters.keyOf(row.meter)!);
      await connection.run('TRUNCATE staged_start');
      await appendRows(connection, 'staged_start', unique.length, [
        integerColumn((row) => keys[row]!),
        longColumn((row) => unique[row]!.startMs),
      ]);
      await connection.run(
        `DELETE FROM usage_${step} u USING staged_start s
         WHERE u.meter = s.meter AND u.start_ms = s.start_ms
           AND u.start_ms BETWEEN (SELECT min(start_ms) FROM staged_start) AND (SELECT max(start_ms) FROM staged_start)`,
      );
      await appendRows(connection, `usage_${step}`, unique.length, [
        integerColumn((row) => keys[row]!),
        ...sumColumns(unique),
      ]);
    },
    (committed) => meters.settle(committed),
  );
}

/** Ordered by (meter, start), each key once. */
function lastOfEachKey(rows: readonly MeterUsage[], meters: IdKeys): MeterUsage[] {
  const ordered = rows.map((row) => ({ key: meters.keyOf(row.meter)!, row }));
  ordered.sort((a, b) => a.key - b.key || a.row.startMs - b.row.startMs);
  return ordered
    .filter(({ key, row }, index) => {
      const next = ordered[index + 1];
      return next === undefined || next.key !== key || next.row.startMs !== row.startMs;
    })
    .map(({ row }) => row);
}

/** Per meter the start of its first hour; a meter without one is left out. */
export async function readFirstUsage(
  file: DuckdbFile,
  meters: IdKeys,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const keys = meters.keysOf(ids);
  const firsts = new Map<string, number>();
  if (keys.length === 0) return firsts;
  const sql = `SELECT meter, min(start_ms)::DOUBLE FROM usage_hour WHERE meter IN (${keys.join(',')}) GROUP BY meter`;
  await file.read(sql, (chunk) => {
    const [meter, start] = [chunk.getColumnVector(0), chunk.getColumnVector(1)];
    for (let row = 0; row < chunk.rowCount; row++)
      firsts.set(meters.idOf(meter.getItem(row) as number), start.getItem(row) as number);
  });
  return firsts;
}

/** Sums of several meters whose period starts within [fromMs, toMs), by (meter, start). */
export async function readMeterUsage(
  file: DuckdbFile,
  meters: IdKeys,
  step: SumStep,
  ids: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<MeterUsage[]> {
  const keys = meters.keysOf(ids);
  const rows: MeterUsage[] = [];
  if (keys.length === 0) return rows;
  const sql = `SELECT meter, ${SUM_SELECT} FROM usage_${step}
    WHERE meter IN (${keys.join(',')}) AND start_ms >= ${fromMs} AND start_ms < ${toMs} ORDER BY meter, start_ms`;
  await file.read(sql, (chunk) => {
    const meter = chunk.getColumnVector(0);
    const sumAt = sumReader(chunk, 1);
    for (let row = 0; row < chunk.rowCount; row++)
      rows.push({ meter: meters.idOf(meter.getItem(row) as number), ...sumAt(row) });
  });
  return inIdOrder(rows, (row) => row.meter);
}
