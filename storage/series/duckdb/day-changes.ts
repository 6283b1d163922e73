import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';

import { QUALITIES, QUALITY_CODE } from '../../../domain/quality.ts';
import { newDayChanges, type NumberedChange } from '../new-day-changes.ts';
import type { DayChange } from '../port.ts';
import {
  appendRows,
  bigintOrNullColumn,
  codeColumn,
  integerColumn,
  longColumn,
  type AppendColumn,
} from './append-rows.ts';
import type { DuckdbFile } from './duckdb-file.ts';
import type { IdKeys } from './id-keys.ts';
import { inIdOrder } from './in-id-order.ts';

/** Enters what is new among changes of sealed days into the ledger, in one transaction. */
export async function logDayChanges(file: DuckdbFile, meters: IdKeys, changes: readonly DayChange[]): Promise<void> {
  if (changes.length === 0) return;
  await file.write(
    async (connection) => {
      await meters.assign(
        connection,
        changes.map((change) => change.meter),
      );
      const fresh = newDayChanges(changes, await standing(connection, meters, changes));
      await appendRows(connection, 'day_change', fresh.length, columnsOf(fresh, meters));
    },
    (committed) => meters.settle(committed),
  );
}

/** What the ledger has of meters for days that start within [fromMs, toMs), by (meter, day, order of entry). */
export async function readDayChanges(
  file: DuckdbFile,
  meters: IdKeys,
  ids: readonly string[],
  fromMs: number,
  toMs: number,
): Promise<DayChange[]> {
  const keys = meters.keysOf(ids);
  const rows: DayChange[] = [];
  if (keys.length === 0) return rows;
  await file.read(selectChanges(keys, fromMs, toMs), (chunk) => {
    for (const { change } of changesIn(chunk, meters)) rows.push(change);
  });
  return inIdOrder(rows, (row) => row.meter);
}

async function standing(
  connection: DuckDBConnection,
  meters: IdKeys,
  changes: readonly DayChange[],
): Promise<NumberedChange[]> {
  const keys = new Set(changes.map((change) => meters.keyOf(change.meter)!));
  const [fromMs, toMs] = changes.reduce(
    ([from, to], { dayMs }) => [Math.min(from, dayMs), Math.max(to, dayMs)] as const,
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const,
  );
  const result = await connection.run(selectChanges([...keys], fromMs, toMs + 1));
  return (await result.fetchAllChunks()).flatMap((chunk) => changesIn(chunk, meters));
}

function selectChanges(keys: readonly number[], fromMs: number, toMs: number): string {
  return `SELECT meter, day_ms::DOUBLE, number, changed::DOUBLE, micro_before, quality_before, micro_after, quality_after
    FROM day_change WHERE meter IN (${keys.join(',')}) AND day_ms >= ${fromMs} AND day_ms < ${toMs}
    ORDER BY meter, day_ms, number`;
}

function changesIn(chunk: DuckDBDataChunk, meters: IdKeys): NumberedChange[] {
  const columns = Array.from({ length: 8 }, (_, index) => chunk.getColumnVector(index));
  return Array.from({ length: chunk.rowCount }, (_, row) => {
    const number = (index: number): number => columns[index]!.getItem(row) as number;
    const micro = (index: number): bigint | null => columns[index]!.getItem(row) as bigint | null;
    const change = {
      meter: meters.idOf(number(0)),
      dayMs: number(1),
      changedAtMs: number(3),
      microBefore: micro(4),
      qualityBefore: QUALITIES[number(5)]!,
      microAfter: micro(6),
      qualityAfter: QUALITIES[number(7)]!,
    };
    return { change, number: number(2) };
  });
}

function columnsOf(rows: readonly NumberedChange[], meters: IdKeys): AppendColumn[] {
  const at = (row: number): DayChange => rows[row]!.change;
  return [
    integerColumn((row) => meters.keyOf(at(row).meter)!),
    longColumn((row) => at(row).dayMs),
    integerColumn((row) => rows[row]!.number),
    longColumn((row) => at(row).changedAtMs),
    bigintOrNullColumn((row) => at(row).microBefore),
    codeColumn((row) => QUALITY_CODE[at(row).qualityBefore]),
    bigintOrNullColumn((row) => at(row).microAfter),
    codeColumn((row) => QUALITY_CODE[at(row).qualityAfter]),
  ];
}
