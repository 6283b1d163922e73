import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

import type { Zone } from '../../../domain/zone.ts';
import { openDuckdbStore } from '../../../storage/series/duckdb/open-duckdb-store.ts';

/** What the year is of. */
export interface YearOptions {
  /** A data folder's `readings.duckdb`; no process has it open. */
  file: string;
  meters: readonly string[];
  institutions: readonly string[];
  zone: Zone;
  fromMs: number;
  /** Days and months of institutions are there from here on. */
  sumsFromMs: number;
  toMs: number;
}

const HOUR_MS = 3_600_000;
/** Sub-items of each institution's electricity, and its water. */
const SERIES = [
  ['electricity', ''],
  ['electricity', 'A1'],
  ['electricity', 'B1'],
  ['water', ''],
] as const;
const KNOWN = (ms: string): string => `${ms}, 0, 0, 0`;

/**
 * Writes what a year of hourly meters comes to straight into the tables of usage, day by day as time would: base
 * intervals, hours, days and months of meters and of institutions; the sums of institutions reach back further. The readings themselves, of which none of it asks,
 * are left out.
 */
export async function fillYear({
  file,
  meters,
  institutions,
  zone,
  fromMs,
  sumsFromMs,
  toMs,
}: YearOptions): Promise<number> {
  // The store makes its own tables.
  await (await openDuckdbStore({ file })).close();
  const instance = await DuckDBInstance.create(file, { memory_limit: '2GiB', threads: '2' });
  const db = await instance.connect();
  await insertIds(db, 'meter', meters);
  await insertIds(db, 'institution', institutions);
  const all = `range(${meters.length}) m(k)`;
  const series = SERIES.map(([medium, subItem]) => `('${medium}', '${subItem}')`).join(',');
  const sums = `range(${institutions.length}) i(k), (VALUES ${series}) s(medium, sub_item)`;
  let rows = 0;
  const insert = async (sql: string): Promise<void> => {
    rows += (await db.run(sql)).rowsChanged;
  };
  for (let dayMs = sumsFromMs; dayMs < toMs; dayMs = zone.nextDay(dayMs)) {
    const endMs = zone.nextDay(dayMs);
    const day = `${dayMs}, ${endMs}`;
    const known = KNOWN(String(endMs - dayMs));
    await insert(
      `INSERT INTO institution_day SELECT i.k, s.medium, s.sub_item, ${day}, 17000000 + i.k * 990, ${known} FROM ${sums}`,
    );
    if (zone.monthStart(dayMs) === dayMs) {
      const month = `${dayMs}, ${zone.nextMonth(dayMs)}`;
      const ofMonth = KNOWN(String(zone.nextMonth(dayMs) - dayMs));
      await insert(`INSERT INTO usage_month SELECT m.k, ${month}, 82000000 + m.k * 900, ${ofMonth} FROM ${all}`);
      await insert(
        `INSERT INTO institution_month SELECT i.k, s.medium, s.sub_item, ${month}, 520000000 + i.k * 990, ${ofMonth} FROM ${sums}`,
      );
    }
    if (dayMs < fromMs) continue;
    const hours = `range(${(endMs - dayMs) / HOUR_MS}) h(n)`;
    const startOf = `${dayMs} + h.n * ${HOUR_MS}`;
    const hour = `${startOf}, ${startOf} + ${HOUR_MS}`;
    await insert(
      `INSERT INTO usage_base SELECT m.k, ${startOf}, 100000 + m.k * 37 + h.n * 1001, 0, '' FROM ${hours}, ${all}`,
    );
    await insert(
      `INSERT INTO usage_hour SELECT m.k, ${hour}, 100000 + m.k * 37 + h.n * 1001, ${KNOWN(String(HOUR_MS))} FROM ${hours}, ${all}`,
    );
    await insert(
      `INSERT INTO institution_hour SELECT i.k, s.medium, s.sub_item, ${hour}, 700000 + i.k * 41 + h.n * 1003, ${KNOWN(String(HOUR_MS))}
       FROM ${hours}, ${sums}`,
    );
    await insert(`INSERT INTO usage_day SELECT m.k, ${day}, 2700000 + m.k * 900, ${known} FROM ${all}`);
  }
  await db.run('CHECKPOINT');
  db.closeSync();
  instance.closeSync();
  return rows;
}

async function insertIds(db: DuckDBConnection, table: string, ids: readonly string[]): Promise<void> {
  const rows = ids.map((id, key) => `(${key}, '${id}')`);
  await db.run(`INSERT INTO ${table} VALUES ${rows.join(',')}`);
}
