import type { DuckDBConnection } from '@duckdb/node-api';

const SUMS = ['hour', 'day', 'month'] as const;

/** Tables derived from readings; all of them can be made anew. */
export const USAGE_TABLES = [
  'usage_base',
  ...SUMS.map((step) => `usage_${step}`),
  ...SUMS.map((step) => `institution_${step}`),
];

const SUM_COLUMNS = `start_ms BIGINT NOT NULL, end_ms BIGINT NOT NULL, micro BIGINT NOT NULL,
  measured_ms BIGINT NOT NULL, estimated_ms BIGINT NOT NULL, manual_ms BIGINT NOT NULL, missing_ms BIGINT NOT NULL`;

// No keys and no indexes: they cost ten times the writing speed and most of the file. Writers keep keys unique.
const TABLES = [
  `meter (key INTEGER NOT NULL, id VARCHAR NOT NULL)`,
  `institution (key INTEGER NOT NULL, id VARCHAR NOT NULL)`,
  `reading (meter INTEGER NOT NULL, metric UTINYINT NOT NULL, ts BIGINT NOT NULL, value DOUBLE NOT NULL,
    received BIGINT NOT NULL, flags UTINYINT NOT NULL, position BIGINT NOT NULL)`,
  `touched (sequence BIGINT NOT NULL, meter INTEGER NOT NULL, from_ms BIGINT NOT NULL, to_ms BIGINT NOT NULL)`,
  // The highest sequence ever given: it must not start again after the log was emptied.
  `touched_floor (sequence BIGINT NOT NULL)`,
  // One row: the position before which the spool is dealt with, moved in the transaction of the readings.
  `drained (position BIGINT NOT NULL)`,
  // Of what somebody was told already; cannot be made anew.
  `day_change (meter INTEGER NOT NULL, day_ms BIGINT NOT NULL, number INTEGER NOT NULL, changed BIGINT NOT NULL,
    micro_before BIGINT, quality_before UTINYINT NOT NULL, micro_after BIGINT, quality_after UTINYINT NOT NULL)`,
  `usage_base (meter INTEGER NOT NULL, start_ms BIGINT NOT NULL, micro BIGINT NOT NULL, quality UTINYINT NOT NULL,
    state VARCHAR NOT NULL)`,
  ...SUMS.map((step) => `usage_${step} (meter INTEGER NOT NULL, ${SUM_COLUMNS})`),
  ...SUMS.map(
    (step) =>
      `institution_${step} (institution INTEGER NOT NULL, medium VARCHAR NOT NULL, sub_item VARCHAR NOT NULL, ${SUM_COLUMNS})`,
  ),
];

// Staging of the writing connection; temporary tables are neither logged nor kept.
const STAGING = [
  `staged_key (item INTEGER, meter INTEGER, metric UTINYINT, ts BIGINT)`,
  `staged_range (meter INTEGER, from_ms BIGINT, to_ms BIGINT)`,
  `staged_start (meter INTEGER, start_ms BIGINT)`,
];

/** Creates what is not there yet. */
export async function createSchema(connection: DuckDBConnection): Promise<void> {
  for (const table of TABLES) await connection.run(`CREATE TABLE IF NOT EXISTS ${table}`);
  for (const table of STAGING) await connection.run(`CREATE TEMP TABLE IF NOT EXISTS ${table}`);
}
