import type { DuckDBDataChunk } from '@duckdb/node-api';

import type { MeterInstant } from '../port.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';

const DAY_MS = 86_400_000;
/** Most rows asked for lie close by; looking there first spares a pass over the whole table. */
const SPANS_MS = [2 * DAY_MS, 60 * DAY_MS, Number.POSITIVE_INFINITY];
const INSTANTS_PER_QUERY = 1000;

/** Of which table the rows next to an instant are wanted, and on which side of it. */
export interface NearestQuery {
  table: 'reading' | 'usage_base';
  time: 'ts' | 'start_ms';
  column: 'value' | 'state';
  side: '<' | '<=' | '>=';
  condition?: string;
}

/** Per meter the row nearest to its instant: its time and column. Some queries for many meters, not one for each. */
export async function readNearestRows(
  file: DuckdbFile,
  meters: IdKeys,
  instants: readonly MeterInstant[],
  query: NearestQuery,
): Promise<Map<string, { atMs: number; value: unknown }>> {
  const found = new Map<string, { atMs: number; value: unknown }>();
  const collect = (chunk: DuckDBDataChunk): void => {
    const [meter, time, value] = [0, 1, 2].map((index) => chunk.getColumnVector(index));
    for (let row = 0; row < chunk.rowCount; row++) {
      const atMs = time!.getItem(row) as number;
      found.set(meters.idOf(meter!.getItem(row) as number), { atMs, value: value!.getItem(row) });
    }
  };
  for (let from = 0; from < instants.length; from += INSTANTS_PER_QUERY) {
    let wanted = instants
      .slice(from, from + INSTANTS_PER_QUERY)
      .filter(({ meter }) => meters.keyOf(meter) !== undefined);
    for (const spanMs of SPANS_MS) {
      wanted = wanted.filter(({ meter }) => !found.has(meter));
      if (wanted.length > 0) await file.read(nearestSql(meters, wanted, spanMs, query), collect);
    }
  }
  return found;
}

function nearestSql(
  meters: IdKeys,
  instants: readonly MeterInstant[],
  spanMs: number,
  { table, time, column, side, condition = 'true' }: NearestQuery,
): string {
  const forward = side === '>=';
  const values = instants.map(({ meter, atMs }) => `(${meters.keyOf(meter)}, ${atMs}::BIGINT)`).join(',');
  const times = instants.map(({ atMs }) => atMs);
  const [first, last] = [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
  const bounded = Number.isFinite(spanMs);
  // The bounds without `i` let the engine pass over blocks; those with it make each meter's range exact.
  const range = forward
    ? `r.${time} >= ${first} ${bounded ? `AND r.${time} < ${last + spanMs} AND r.${time} < i.instant + ${spanMs}` : ''}`
    : `r.${time} <= ${last} ${bounded ? `AND r.${time} >= ${first - spanMs} AND r.${time} >= i.instant - ${spanMs}` : ''}`;
  return `SELECT r.meter, ${forward ? 'min' : 'max'}(r.${time})::DOUBLE,
      ${forward ? 'arg_min' : 'arg_max'}(r.${column}, r.${time})
    FROM ${table} r JOIN (VALUES ${values}) i(meter, instant) ON r.meter = i.meter
    WHERE ${condition} AND r.${time} ${side} i.instant AND ${range} GROUP BY r.meter`;
}
