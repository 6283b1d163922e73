import type { Kysely } from 'kysely';

import { fromMicro } from '../../domain/micro.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { DayChange, SeriesStore } from '../../storage/series/port.ts';
import type { DayChangeItem } from '../api/schemas/day-change.ts';
import type { MeterInScope } from './meters-in-scope.ts';

/** What came so long before a change is no cause of it: usage follows within seconds, after an outage within a day. */
const CAUSE_WITHIN_MS = 86_400_000;
const ROWS_OF_A_DAY = 20_000;

/** What {@link explainDayChange} looks at. */
export interface DayChangeSources {
  db: Kysely<Database>;
  series: Pick<SeriesStore, 'readings'>;
  zone: Zone;
}

/** A change of the ledger as the API tells it, with what is known of why: the last thing that happened before it. */
export async function explainDayChange(
  sources: DayChangeSources,
  change: DayChange,
  { name, medium, unit }: Pick<MeterInScope, 'name' | 'medium' | 'unit'>,
): Promise<DayChangeItem> {
  const { zone } = sources;
  const before = change.microBefore ?? 0n;
  const after = change.microAfter ?? 0n;
  return {
    meter: change.meter,
    name,
    medium,
    unit,
    day: zone.date(change.dayMs),
    before: { value: valueOf(change.microBefore), quality: change.qualityBefore },
    after: { value: valueOf(change.microAfter), quality: change.qualityAfter },
    difference: fromMicro(after - before),
    changedAt: zone.iso(change.changedAtMs),
    why: await whyOf(sources, change),
  };
}

function valueOf(micro: bigint | null): number | null {
  return micro === null ? null : fromMicro(micro);
}

interface Cause {
  atMs: number;
  why: DayChangeItem['why'];
}

async function whyOf(sources: DayChangeSources, change: DayChange): Promise<DayChangeItem['why']> {
  const sinceMs = change.changedAtMs - CAUSE_WITHIN_MS;
  const causes = [
    ...(await lateReadings(sources, change)),
    ...(await decisionsOf(sources, change)),
    ...(await manualReadingsOf(sources, change)),
    ...(await registryOf(sources, change)),
  ].filter(({ atMs }) => atMs >= sinceMs && atMs <= change.changedAtMs);
  // Of two at the same instant the more particular stands first: an entry in the trail goes with each decision.
  const last = causes.reduce<Cause | undefined>(
    (best, one) => (best === undefined || one.atMs > best.atMs ? one : best),
    undefined,
  );
  return last?.why ?? { reason: 'unknown', id: null, readings: null };
}

async function lateReadings(
  { series, zone }: DayChangeSources,
  { meter, dayMs, changedAtMs }: DayChange,
): Promise<Cause[]> {
  const endMs = zone.nextDay(dayMs);
  const rows = await series.readings(meter, dayMs, endMs, ROWS_OF_A_DAY);
  const late = rows.filter(({ receivedAtMs }) => receivedAtMs >= endMs && receivedAtMs <= changedAtMs);
  if (late.length === 0) return [];
  const readings = new Set(late.map(({ observedAtMs }) => observedAtMs)).size;
  const atMs = late.reduce((latest, { receivedAtMs }) => Math.max(latest, receivedAtMs), 0);
  return [{ atMs, why: { reason: 'late-readings', id: null, readings } }];
}

async function decisionsOf({ db, zone }: DayChangeSources, { meter, dayMs }: DayChange): Promise<Cause[]> {
  const rows = await db
    .selectFrom('decision')
    .select(['id', 'decided_at', 'reversed_at'])
    .where('meter_id', '=', meter)
    .where('state', 'in', ['approved', 'reversed'])
    .where('from_ms', '<', zone.nextDay(dayMs))
    .execute();
  return rows.flatMap(({ id, decided_at, reversed_at }) =>
    [decided_at, reversed_at].flatMap((atMs) =>
      atMs === null ? [] : [{ atMs, why: { reason: 'decision' as const, id, readings: null } }],
    ),
  );
}

async function manualReadingsOf({ db }: DayChangeSources, { meter }: DayChange): Promise<Cause[]> {
  const rows = await db
    .selectFrom('manual_reading')
    .select(['id', 'entered_at', 'withdrawn_at'])
    .where('meter_id', '=', meter)
    .execute();
  return rows.flatMap(({ id, entered_at, withdrawn_at }) =>
    [entered_at, withdrawn_at].flatMap((atMs) =>
      atMs === null ? [] : [{ atMs, why: { reason: 'manual-reading' as const, id, readings: null } }],
    ),
  );
}

async function registryOf({ db }: DayChangeSources, { meter, changedAtMs }: DayChange): Promise<Cause[]> {
  const rows = await db
    .selectFrom('audit')
    .select('at')
    .where('object', '=', `meter/${meter}`)
    .where('at', '<=', changedAtMs)
    .where('at', '>=', changedAtMs - CAUSE_WITHIN_MS)
    .execute();
  return rows.map(({ at }) => ({ atMs: at, why: { reason: 'registry', id: null, readings: null } }));
}
