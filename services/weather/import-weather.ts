import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { inParts } from '../../domain/in-parts.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { WeatherImport } from '../api/schemas/weather.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import { readWeatherCsv } from './read-weather-csv.ts';

const ROWS = 200;

/** What is to be imported, for which region; `today` is the last date that may stand in it. */
export interface WeatherUpload {
  regionCode: string;
  bytes: Buffer;
  /** Where the figures come from. */
  source: string;
  dryRun: boolean;
  today: string;
}

/**
 * Enters or corrects the daily mean outdoor temperatures of a region from CSV: all of them, or none where anything is
 * wrong. Days that the file does not name stay. Fails with `not-found` where there is no such region.
 */
export async function importWeather(
  db: Kysely<Database>,
  upload: WeatherUpload,
  change: Change,
): Promise<WeatherImport> {
  const { regionCode, source, dryRun } = upload;
  const { rows, problems } = readWeatherCsv(upload.bytes, upload.today);
  const imported = async (trx: Kysely<Database>): Promise<WeatherImport> => {
    await findWeatherRegion(trx, regionCode);
    const stored = await storedDays(trx, regionCode);
    const added = rows.filter(({ date }) => !stored.has(date));
    const changed = rows.filter(({ date, meanC }) => {
      const before = stored.get(date);
      return before !== undefined && (before.meanC !== meanC || before.source !== source);
    });
    const dates = rows.map(({ date }) => date).sort();
    const result: WeatherImport = {
      dryRun,
      regionCode,
      days: rows.length,
      new: added.length,
      changed: changed.length,
      unchanged: rows.length - added.length - changed.length,
      firstDate: dates[0] ?? null,
      lastDate: dates.at(-1) ?? null,
      problems,
    };
    if (dryRun || problems.length > 0 || added.length + changed.length === 0) return result;
    for (const part of inParts([...added, ...changed], ROWS)) {
      await trx
        .insertInto('outdoor_temperature')
        .values(part.map(({ date, meanC }) => ({ region_code: regionCode, date, mean_c: meanC, source })))
        .onConflict((conflict) =>
          conflict
            .columns(['region_code', 'date'])
            .doUpdateSet((eb) => ({ mean_c: eb.ref('excluded.mean_c'), source: eb.ref('excluded.source') })),
        )
        .execute();
    }
    const { firstDate, lastDate } = result;
    await writeAudit(trx, change, {
      action: 'import',
      object: `weather/${regionCode}`,
      before: changed.map(({ date }) => ({ date, ...stored.get(date) })),
      after: { source, days: rows.length, new: added.length, changed: changed.length, firstDate, lastDate },
    });
    return result;
  };
  return dryRun || problems.length > 0 ? imported(db) : inTransaction(db, imported);
}

/** Takes out the imported temperatures of the dates from `from` to `to`, both within. Fails with `not-found`. */
export async function removeWeather(
  db: Kysely<Database>,
  { regionCode, from, to }: { regionCode: string; from: string; to: string },
  change: Change,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await findWeatherRegion(trx, regionCode);
    const stored = await storedDays(trx, regionCode);
    const before = [...stored]
      .filter(([date]) => from <= date && date <= to)
      .map(([date, { meanC, source }]) => ({ date, meanC, source }));
    if (before.length === 0) {
      throw new PlatformError('not-found', `No temperatures of ${regionCode} are imported from ${from} to ${to}`);
    }
    await trx
      .deleteFrom('outdoor_temperature')
      .where('region_code', '=', regionCode)
      .where('date', '>=', from)
      .where('date', '<=', to)
      .execute();
    await writeAudit(trx, change, { action: 'delete', object: `weather/${regionCode}`, before });
  });
}

/** Throws `not-found` where no region has the code. */
export async function findWeatherRegion(db: Kysely<Database>, code: string): Promise<void> {
  const row = await db.selectFrom('region').select('code').where('code', '=', code).executeTakeFirst();
  if (row === undefined) throw new PlatformError('not-found', `There is no region ${code}`);
}

async function storedDays(
  db: Kysely<Database>,
  regionCode: string,
): Promise<Map<string, { meanC: number; source: string }>> {
  const rows = await db
    .selectFrom('outdoor_temperature')
    .select(['date', 'mean_c', 'source'])
    .where('region_code', '=', regionCode)
    .orderBy('date')
    .execute();
  return new Map(rows.map(({ date, mean_c: meanC, source }) => [date, { meanC, source }]));
}
