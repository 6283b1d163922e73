import type { MeterRow } from '../../registry/meter-row.ts';
import { columnName, type Facts } from './facts.ts';

/** A meter's facts as a row of its table, as the registry's own checks take it. */
export function meterRowOf(facts: Facts): MeterRow {
  const row: Record<string, string | number | null> = { created_at: 0 };
  for (const [name, value] of Object.entries(facts)) row[columnName(name)] = value;
  return row as unknown as MeterRow;
}
