import type { Kysely } from 'kysely';

import { USAGE_MEDIA, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { MeteredTime } from './figures/medium-sums.ts';

interface Deps {
  db: Kysely<Database>;
  series: Pick<SeriesStore, 'meterUsage'>;
  zone: Zone;
}

/** A meter at the top of those that count for an institution, and the time for which it should be known. */
interface TopMeter {
  id: string;
  institution: string;
  medium: UsageMedium;
  fromMs: number;
  toMs: number;
}

/**
 * How much of each month of a year the meters at the top are known for, of the time for which they are registered, by
 * institution and medium. The sums of institutions cannot tell: of a meter there is nothing before its first reading,
 * and behind its last only what others are known for, so that a month of two of three meters looks like a small one.
 */
export async function meteredTime(
  { db, series, zone }: Deps,
  year: number,
  institutions: readonly string[],
): Promise<(institution: string) => ReadonlyMap<UsageMedium, MeteredTime>> {
  const bounds = Array.from({ length: 13 }, (_, month) => zone.at(year, month + 1, 1));
  const meters = institutions.length === 0 ? [] : await topMeters(db, zone, institutions);
  const ids = [...new Set(meters.map(({ id }) => id))];
  const rows = ids.length === 0 ? [] : await series.meterUsage('month', ids, bounds[0]!, bounds[12]!);
  const known = new Map<string, number>();
  for (const { meter, startMs, measuredMs, estimatedMs, manualMs } of rows) {
    known.set(`${meter} ${startMs}`, measuredMs + estimatedMs + manualMs);
  }

  const times = new Map<string, Map<UsageMedium, MeteredTime>>();
  for (const { id, institution, medium, fromMs, toMs } of meters) {
    const media = times.get(institution) ?? new Map<UsageMedium, MeteredTime>();
    times.set(institution, media);
    const time = media.get(medium) ?? { expectedMs: Array<number>(12).fill(0), knownMs: Array<number>(12).fill(0) };
    media.set(medium, time);
    for (let month = 0; month < 12; month++) {
      const [startMs, endMs] = [bounds[month]!, bounds[month + 1]!];
      const expectedMs = Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
      time.expectedMs[month]! += expectedMs;
      time.knownMs[month]! += Math.min(expectedMs, known.get(`${id} ${startMs}`) ?? 0);
    }
  }
  return (institution) => times.get(institution) ?? new Map();
}

async function topMeters(db: Kysely<Database>, zone: Zone, institutions: readonly string[]): Promise<TopMeter[]> {
  // Housing beside an institution is none of its report (Art. 12).
  const shares = await db
    .selectFrom('meter_share')
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .leftJoin('zone', 'zone.id', 'meter_share.zone_id')
    .where('meter_share.institution_id', 'in', [...institutions])
    .where('meter.direction', '=', 'import')
    .where('meter.medium', 'in', [...USAGE_MEDIA])
    .where((eb) => eb.or([eb('zone.kind', 'is', null), eb('zone.kind', '!=', 'residential')]))
    .select(['meter.id', 'meter.parent_id', 'meter.medium', 'meter.ended_on', 'meter_share.institution_id'])
    .select(['meter_share.valid_from', 'meter_share.valid_to'])
    .orderBy('meter.id')
    .execute();
  const events = await db
    .selectFrom('meter_event')
    .where('kind', 'in', ['installation', 'removal'])
    .select(['meter_id', 'kind', 'at'])
    .execute();
  const installed = new Map(events.filter(({ kind }) => kind === 'installation').map((one) => [one.meter_id, one.at]));
  const removed = new Map(events.filter(({ kind }) => kind === 'removal').map((one) => [one.meter_id, one.at]));
  const counted = new Set(shares.map((row) => `${row.institution_id} ${row.id}`));
  const startOf = (date: string): number => {
    const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
    return zone.at(year, month, day);
  };

  const meters = new Map<string, TopMeter>();
  for (const row of shares) {
    if (row.parent_id !== null && counted.has(`${row.institution_id} ${row.parent_id}`)) continue;
    const fromMs = Math.max(startOf(row.valid_from), installed.get(row.id) ?? Number.NEGATIVE_INFINITY);
    const ends = [row.valid_to, row.ended_on].map((date) => (date === null ? Number.POSITIVE_INFINITY : startOf(date)));
    const toMs = Math.min(...ends, removed.get(row.id) ?? Number.POSITIVE_INFINITY);
    // Shares that stand beside each other are of the same time.
    const key = `${row.institution_id} ${row.id} ${row.valid_from}`;
    meters.set(key, { id: row.id, institution: row.institution_id, medium: row.medium as UsageMedium, fromMs, toMs });
  }
  return [...meters.values()];
}
