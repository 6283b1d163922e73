import { premisesKey } from '../../domain/premises.ts';
import type { DayChange, SeriesStore } from '../../storage/series/port.ts';
import type { UsageMeter } from './meter-config.ts';
import type { InstitutionInterval } from './usage-reader.ts';

interface Period {
  startMs: number;
  endMs: number;
}

/** Adds to periods of days or months when the newest change of a sealed day of these meters within them was made. */
export async function withChanges<Interval extends Period>(
  store: Pick<SeriesStore, 'dayChanges'>,
  meters: readonly string[],
  intervals: readonly Interval[],
): Promise<(Interval & { changedAtMs?: number })[]> {
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (first === undefined || last === undefined || meters.length === 0) return [...intervals];
  const changes = await store.dayChanges(meters, first.startMs, last.endMs);
  return intervals.map((interval) => changedWithin(interval, changes));
}

/** The same for sums of institutions: what changed of the meters that count for each, or are taken off one that does. */
export async function withMetersChanges(
  store: Pick<SeriesStore, 'dayChanges'>,
  involved: readonly UsageMeter[],
  intervals: readonly InstitutionInterval[],
): Promise<InstitutionInterval[]> {
  const fromMs = intervals.reduce((least, { startMs }) => Math.min(least, startMs), Number.POSITIVE_INFINITY);
  const toMs = intervals.reduce((most, { endMs }) => Math.max(most, endMs), 0);
  const ids = involved.map(({ id }) => id);
  const changes = intervals.length === 0 ? [] : await store.dayChanges(ids, fromMs, toMs);
  if (changes.length === 0) return [...intervals];
  const byId = new Map(involved.map((meter) => [meter.id, meter]));
  const bySeries = new Map<string, DayChange[]>();
  for (const change of changes) {
    const meter = byId.get(change.meter)!;
    for (const key of seriesOf(meter, byId)) bySeries.set(key, [...(bySeries.get(key) ?? []), change]);
  }
  return intervals.map((interval) => {
    const { institution, medium, subItem } = interval;
    return changedWithin(interval, bySeries.get(`${institution}|${medium}|${subItem}`) ?? []);
  });
}

/** The sums that a meter counts in: those of its shares, and those of the meter that it is taken off. */
function seriesOf(meter: UsageMeter, meters: ReadonlyMap<string, UsageMeter>): Set<string> {
  const parent = meters.get(meter.parentId ?? '');
  return new Set(
    [...meter.shares, ...(parent?.shares ?? [])].map(
      ({ institutionId, housing, subItem }) =>
        `${premisesKey(institutionId, housing === true)}|${meter.medium}|${subItem ?? ''}`,
    ),
  );
}

function changedWithin<Interval extends Period>(
  interval: Interval,
  changes: readonly DayChange[],
): Interval & { changedAtMs?: number } {
  let changedAtMs: number | undefined;
  for (const { dayMs, changedAtMs: atMs } of changes)
    if (dayMs >= interval.startMs && dayMs < interval.endMs) changedAtMs = Math.max(atMs, changedAtMs ?? atMs);
  return changedAtMs === undefined ? interval : { ...interval, changedAtMs };
}
