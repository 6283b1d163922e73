import type { Kysely } from 'kysely';

import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { TemperatureSource } from '../api/schemas/weather.ts';
import { regionAndBelow } from '../registry/scoped-institutions.ts';
import { dayTemperatures } from './day-temperatures.ts';

const HOUR_MS = 3_600_000;
/** So many points of an institution or region are read: a hundred more would tell the same weather. */
const MOST_POINTS = 3;

/** The mean outdoor temperature of a local day, °C, and where it came from. */
export interface DayTemperature {
  meanC: number;
  source: TemperatureSource;
}

/** What outdoor temperatures are read from. */
export interface WeatherDeps {
  db: Kysely<Database>;
  series: Pick<SeriesStore, 'means'>;
  zone: Zone;
  now(): number;
}

/**
 * The mean outdoor temperatures of the local days within [fromMs, toMs), by date; a day of which none is known is left
 * out. Each day takes the first that knows it: the institution's own outdoor points, points of its region and of the
 * regions above, the series imported for its region and those above.
 */
export async function outdoorTemperatures(
  deps: WeatherDeps,
  place: { institutionId?: string; regionCode: string },
  fromMs: number,
  toMs: number,
): Promise<Map<string, DayTemperature>> {
  const { db, zone } = deps;
  const found = new Map<string, DayTemperature>();
  const lacking = new Set<string>();
  for (let at = zone.dayStart(fromMs); at < toMs; at = zone.nextDay(at)) lacking.add(zone.date(at));

  async function addPoints(points: readonly string[], source: TemperatureSource): Promise<void> {
    if (points.length === 0 || lacking.size === 0) return;
    const rows = await deps.series.means(points, 'temperature', fromMs, toMs, HOUR_MS);
    for (const [date, meanC] of dayTemperatures(rows, zone, deps.now())) {
      if (lacking.delete(date)) found.set(date, { meanC, source });
    }
  }

  if (place.institutionId !== undefined) {
    const points = await pointsOfInstitution(db, place.institutionId);
    await addPoints(points, { kind: 'institution', regionCode: null, name: null });
  }
  const regions = lacking.size === 0 ? [] : await regionAndAbove(db, place.regionCode);
  for (const regionCode of regions) {
    if (lacking.size === 0) break;
    await addPoints(await pointsOfRegion(db, regionCode), { kind: 'region', regionCode, name: null });
  }
  for (const regionCode of regions) {
    if (lacking.size === 0) break;
    for (const { date, mean_c, source } of await importedDays(db, regionCode, zone.date(fromMs), zone.date(toMs - 1))) {
      if (!lacking.delete(date)) continue;
      found.set(date, { meanC: mean_c, source: { kind: 'imported', regionCode, name: source } });
    }
  }
  return found;
}

async function pointsOfInstitution(db: Kysely<Database>, institutionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('meter')
    .innerJoin('meter_share', 'meter_share.meter_id', 'meter.id')
    .where('meter_share.institution_id', '=', institutionId)
    .where('meter.medium', '=', 'temperature')
    .where('meter.measures', '=', 'outdoor')
    .select('meter.id')
    .distinct()
    .orderBy('meter.id')
    .limit(MOST_POINTS)
    .execute();
  return rows.map(({ id }) => id);
}

async function pointsOfRegion(db: Kysely<Database>, regionCode: string): Promise<string[]> {
  const rows = await db
    .selectFrom('meter')
    .where('meter.medium', '=', 'temperature')
    .where('meter.measures', '=', 'outdoor')
    .where('meter.ended_on', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('meter_share')
          .innerJoin('institution', 'institution.id', 'meter_share.institution_id')
          .whereRef('meter_share.meter_id', '=', 'meter.id')
          .where('institution.region_code', 'in', regionAndBelow(db, regionCode))
          .select('meter_share.meter_id'),
      ),
    )
    .select('meter.id')
    .orderBy('meter.id')
    .limit(MOST_POINTS)
    .execute();
  return rows.map(({ id }) => id);
}

/** A region and those above it, the nearest first. */
async function regionAndAbove(db: Kysely<Database>, code: string): Promise<string[]> {
  const rows = await db.selectFrom('region').select(['code', 'parent_code']).execute();
  const parents = new Map(rows.map((row) => [row.code, row.parent_code]));
  const codes: string[] = [];
  for (let at: string | null = code; at !== null && !codes.includes(at); at = parents.get(at) ?? null) codes.push(at);
  return codes;
}

function importedDays(
  db: Kysely<Database>,
  regionCode: string,
  firstDate: string,
  lastDate: string,
): Promise<{ date: string; mean_c: number; source: string }[]> {
  return db
    .selectFrom('outdoor_temperature')
    .select(['date', 'mean_c', 'source'])
    .where('region_code', '=', regionCode)
    .where('date', '>=', firstDate)
    .where('date', '<=', lastDate)
    .orderBy('date')
    .execute();
}
