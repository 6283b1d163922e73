import type { CsvRow } from './read-csv-column.ts';

/** A reading of a replayed register. */
export interface RegisterReading {
  ts: number;
  total: number;
}

const HOUR_MS = 3_600_000;
const MICRO = 1e6;

/**
 * The register that hourly amounts make: 0 at the start of the first row, then a reading at the end of each row. It is
 * summed in whole millionths, so that differences are the rows' sums. A row without an amount has no reading and adds
 * nothing; with `skipZero` nor has a row of zero (missing data recorded as zero): the next reading spans it.
 */
export function registerOfRows(rows: readonly CsvRow[], options: { skipZero?: boolean } = {}): RegisterReading[] {
  const [first] = rows;
  if (first === undefined) return [];
  const readings: RegisterReading[] = [{ ts: first.startMs, total: 0 }];
  let micro = 0;
  for (const { startMs, amount } of rows) {
    if (amount === undefined || (amount === 0 && options.skipZero === true)) continue;
    micro += Math.round(amount * MICRO);
    readings.push({ ts: startMs + HOUR_MS, total: micro / MICRO });
  }
  return readings;
}
