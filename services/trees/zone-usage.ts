import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { InstitutionUsage } from '../../storage/series/port.ts';
import { institutionInterval } from '../usage/institution-interval.ts';
import { involvedMeters } from '../usage/involved-meters.ts';
import type { StoredPeriod } from '../usage/joint-sums.ts';
import type { MeterShare, UsageMeter } from '../usage/meter-config.ts';
import { periodBounds } from '../usage/periods.ts';
import { rollUpHours, sumInstitution } from '../usage/roll-up.ts';
import type { InstitutionInterval } from '../usage/usage-reader.ts';
import { metersBelow, usageMetersOf } from './family-members.ts';
import type { TreeSources } from './meter-balance.ts';

/** Whose zones are asked for; [fromMs, toMs) lies on boundaries of the step. */
export interface ZoneUsageQuery {
  institutionId: string;
  medium?: UsageMedium | undefined;
  fromMs: number;
  toMs: number;
  step: StoredPeriod['level'];
}

/** An interval of a zone; null for what shares without a zone count. */
export type ZoneInterval = Omit<InstitutionInterval, 'institution' | 'subItem'> & { zoneId: string | null };

const IDS_OF_A_STATEMENT = 400;
/** Begins the keys of the institution's zones; what others have of its meters has another key. */
const ZONE = 'zone:';
const OTHERS = 'others';

/**
 * An institution's usage by (zone, medium, start), by the zones that the shares of its meters name, housing among them.
 * Made of the hours, divided as the sums of institutions are: the zones sum to own premises and housing, exactly.
 */
export async function zoneUsage(sources: TreeSources, query: ZoneUsageQuery): Promise<ZoneInterval[]> {
  const { series, zone } = sources;
  const { fromMs, toMs, step } = query;
  const meters = await metersByZone(sources, query);
  const keys = new Set(meters.flatMap(({ shares }) => shares.map(({ institutionId }) => institutionId)));
  keys.delete(OTHERS);
  const involved = involvedMeters(meters, keys);
  const ids = involved.map(({ id }) => id);
  const firstMs = await series.firstUsage(ids);
  const sums: InstitutionUsage[] = [];
  // A month at a time, so that many meters over a year stay small in memory.
  for (let start = fromMs; start < toMs && ids.length > 0; start = zone.nextMonth(start)) {
    const hours = await series.meterUsage('hour', ids, start, Math.min(zone.nextMonth(start), toMs));
    const rolledUp = rollUpHours(keys, involved, hours, zone, firstMs);
    for (const sum of sumInstitution(rolledUp, (ms) => periodAt(ms))) sums.push(sum);
  }
  return sums.sort(bySeries).map((sum) => {
    const { institution, medium, startMs, endMs, micro, quality, meterMs = 0 } = institutionInterval(sum);
    const zoneId = institution.slice(ZONE.length);
    return { zoneId: zoneId === '' ? null : zoneId, medium, startMs, endMs, micro, quality, meterMs };
  });

  function periodAt(ms: number): { startMs: number; endMs: number } {
    const [startMs = ms, endMs = ms] = periodBounds(zone, step, ms, ms + 1);
    return { startMs, endMs };
  }
}

/** The meters of an institution and those right below them, each share of it under its zone. */
async function metersByZone({ db }: TreeSources, query: ZoneUsageQuery): Promise<UsageMeter[]> {
  let own = db
    .selectFrom('meter_share')
    .innerJoin('meter', 'meter.id', 'meter_share.meter_id')
    .select('meter_share.meter_id as id')
    .distinct()
    .where('meter_share.institution_id', '=', query.institutionId)
    .where('meter.direction', '=', 'import')
    .where('meter.medium', '!=', 'temperature');
  if (query.medium !== undefined) own = own.where('meter.medium', '=', query.medium);
  const ids = new Set((await own.execute()).map(({ id }) => id));
  for (const { id } of await metersBelow(db, [...ids])) ids.add(id);
  const shares = await sharesByZone(db, [...ids], query.institutionId);
  const meters = await usageMetersOf(db, [...ids]);
  return [...meters.values()].map((meter) => ({
    ...meter,
    shares: meter.shares.length === 0 ? [] : (shares.get(meter.id) ?? []),
  }));
}

// All shares of a meter, in their order: each is rounded by those before it.
async function sharesByZone(
  db: Kysely<Database>,
  ids: readonly string[],
  institutionId: string,
): Promise<Map<string, MeterShare[]>> {
  const shares = new Map<string, MeterShare[]>();
  for (const part of inParts(ids, IDS_OF_A_STATEMENT)) {
    const rows = await db
      .selectFrom('meter_share')
      .selectAll()
      .where('meter_id', 'in', part)
      .orderBy('valid_from')
      .orderBy('ordinal')
      .execute();
    for (const row of rows) {
      const key = row.institution_id === institutionId ? ZONE + (row.zone_id ?? '') : OTHERS;
      const share = {
        institutionId: key,
        subItem: null,
        share: row.share,
        validFrom: row.valid_from,
        validTo: row.valid_to,
      };
      shares.set(row.meter_id, [...(shares.get(row.meter_id) ?? []), share]);
    }
  }
  return shares;
}

function bySeries(a: InstitutionUsage, b: InstitutionUsage): number {
  if (a.institution !== b.institution) return a.institution < b.institution ? -1 : 1;
  if (a.medium !== b.medium) return a.medium < b.medium ? -1 : 1;
  return a.startMs - b.startMs;
}
