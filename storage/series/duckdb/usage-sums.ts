import type { DuckDBDataChunk } from '@duckdb/node-api';

import type { MeterUsage } from '../port.ts';
import { bigintColumn, longColumn, type AppendColumn } from './append-rows.ts';

/** What meter and institution sums have in common: period, amount and how it came about. */
export type UsageSum = Omit<MeterUsage, 'meter'>;

/** The columns of a sum, as {@link sumReader} reads them. */
export const SUM_SELECT = `start_ms::DOUBLE, end_ms::DOUBLE, micro, measured_ms::DOUBLE, estimated_ms::DOUBLE,
  manual_ms::DOUBLE, missing_ms::DOUBLE`;

/** The columns of sums to append. */
export function sumColumns(rows: readonly UsageSum[]): AppendColumn[] {
  return [
    longColumn((row) => rows[row]!.startMs),
    longColumn((row) => rows[row]!.endMs),
    bigintColumn((row) => rows[row]!.micro),
    longColumn((row) => rows[row]!.measuredMs),
    longColumn((row) => rows[row]!.estimatedMs),
    longColumn((row) => rows[row]!.manualMs),
    longColumn((row) => rows[row]!.missingMs),
  ];
}

/** Reads sums from a chunk whose columns from `firstColumn` on are those of {@link SUM_SELECT}. */
export function sumReader(chunk: DuckDBDataChunk, firstColumn: number): (row: number) => UsageSum {
  const column = (index: number) => chunk.getColumnVector(firstColumn + index);
  const [start, end, micro, measured, estimated, manual, missing] = [0, 1, 2, 3, 4, 5, 6].map(column);
  return (row) => ({
    startMs: start!.getItem(row) as number,
    endMs: end!.getItem(row) as number,
    micro: micro!.getItem(row) as bigint,
    measuredMs: measured!.getItem(row) as number,
    estimatedMs: estimated!.getItem(row) as number,
    manualMs: manual!.getItem(row) as number,
    missingMs: missing!.getItem(row) as number,
  });
}
