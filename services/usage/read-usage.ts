import { PlatformError } from '../../domain/errors.ts';
import { QUALITIES, QUALITY_CODE, type Quality } from '../../domain/quality.ts';
import type { Zone } from '../../domain/zone.ts';
import type { InstitutionUsage, MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { withChanges, withMetersChanges } from './changed-days.ts';
import { divideRun } from './divide-run.ts';
import { qualityOf, startQualityOf } from './interval-code.ts';
import { institutionInterval } from './institution-interval.ts';
import { groupsOf } from './groups-of.ts';
import { involvedMeters } from './involved-meters.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { gridFloor, periodBounds } from './periods.ts';
import { qualityOfSum } from './quality-of-sum.ts';
import { rollUpHours } from './roll-up.ts';
import { sumPeriods, type BaseRun } from './sum-periods.ts';
import { metersOfTerms } from './sum-terms.ts';
import type { MeterInterval, UsageDetail, UsageReader, UsageStep } from './usage-reader.ts';
import { virtualUsage } from './virtual-usage.ts';

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
const PERIOD_OF = { '1h': 'hour', '1d': 'day', '1mo': 'month' } as const;

/** Answers questions about usage from what is materialised; the quarter hours of slower meters are their intervals divided. */
export function createUsageReader(
  store: SeriesStore,
  zone: Zone,
  meters: () => ReadonlyMap<string, UsageMeter>,
): UsageReader {
  /** The quarter hours of meters, by id; one that has none is left out. */
  async function quarters(of: readonly UsageMeter[], fromMs: number, toMs: number): Promise<Map<string, BaseRun>> {
    const hourMs = gridFloor(zone, fromMs, HOUR_MS);
    const stepOf = new Map(of.map((meter) => [meter.id, baseStepMs(meter)]));
    // One interval more than asked for: its start boundary says how well the last one is known.
    const runs = await store.baseUsageOfEach([...stepOf.keys()], hourMs, toMs + Math.max(...stepOf.values()));
    return new Map(
      runs.map((run) => {
        const stepMs = stepOf.get(run.meter)!;
        return [run.meter, stepMs === QUARTER_MS ? run : divideRun(run, stepMs, hourMs, QUARTER_MS)];
      }),
    );
  }

  const reader: UsageReader = {
    meterUsage: async (id, fromMs, toMs, step, options) => {
      const meter = meters().get(id);
      if (meter === undefined) throw new PlatformError('not-found', `Meter ${id} has no register that makes usage`);
      if (meter.terms !== undefined) {
        const meterUsage: UsageReader['meterUsage'] = (...asked) => reader.meterUsage(...asked);
        const sources = { store, zone, meters: meters(), meterUsage };
        const sums = await virtualUsage(sources, meter, { fromMs, toMs, step });
        return isToldOf(step, options)
          ? withChanges(store, [...(metersOfTerms(meter, meters())?.keys() ?? [])], sums)
          : sums;
      }
      const bounds = boundsOf(zone, fromMs, toMs, step);
      if (step === '15m') return quarterIntervals(bounds, (await quarters([meter], fromMs, toMs)).get(id));
      const sums = periodIntervals(bounds, await store.meterUsage(PERIOD_OF[step], [id], fromMs, toMs));
      if (step === '1h') return withInterpolated(sums, await store.baseUsage(id, fromMs, toMs + HOUR_MS));
      return isToldOf(step, options) ? withChanges(store, [id], sums) : sums;
    },

    institutionUsage: async (institutions, fromMs, toMs, step, medium, options) => {
      const wanted = new Set(institutions);
      // A meter and those below it are of one medium.
      const metersOf = (): UsageMeter[] =>
        involvedMeters(
          [...meters().values()].filter((meter) => medium === undefined || meter.medium === medium),
          wanted,
        );
      if (step !== '15m') {
        const stored = await store.institutionUsage(PERIOD_OF[step], institutions, fromMs, toMs, medium);
        const sums = stored.map(institutionInterval);
        return isToldOf(step, options) ? withMetersChanges(store, metersOf(), sums) : sums;
      }
      const involved = metersOf();
      const rows: MeterUsage[] = [];
      const bounds = boundsOf(zone, fromMs, toMs, step);
      for (const group of groupsOf(involved, () => bounds.length))
        for (const [id, run] of await quarters(group, fromMs, toMs))
          for (const row of sumPeriods(id, run, bounds, QUARTER_MS)) rows.push(row);
      const firstMs = await store.firstUsage(involved.map(({ id }) => id));
      return rollUpHours(wanted, involved, rows, zone, firstMs).sort(byKeyAndStart).map(institutionInterval);
    },

    knownUsage: (institutions, fromMs, toMs, step) => store.knownUsage(PERIOD_OF[step], institutions, fromMs, toMs),
  };
  return reader;
}

/** Days are sealed, and what is made of whole days with them. */
function isToldOf(step: UsageStep, options: UsageDetail | undefined): boolean {
  return options?.changes === true && (step === '1d' || step === '1mo');
}

function boundsOf(zone: Zone, fromMs: number, toMs: number, step: UsageStep): number[] {
  if (step !== '15m') return periodBounds(zone, PERIOD_OF[step], fromMs, toMs);
  const bounds: number[] = [];
  for (let at = fromMs; at <= toMs; at += QUARTER_MS) bounds.push(at);
  return bounds;
}

function quarterIntervals(bounds: readonly number[], run: BaseRun | undefined): MeterInterval[] {
  const indexOf = new Map(run === undefined ? [] : Array.from(run.starts, (start, index) => [start, index] as const));
  return withoutHoles(bounds, (startMs) => {
    const index = indexOf.get(startMs);
    if (run === undefined || index === undefined) return undefined;
    return { micro: run.values[index]!, quality: QUALITIES[qualityOf(run.qualities[index]!)]! };
  });
}

function periodIntervals(bounds: readonly number[], sums: readonly MeterUsage[]): MeterInterval[] {
  const byStart = new Map(sums.map((sum) => [sum.startMs, sum]));
  return withoutHoles(bounds, (startMs) => {
    const sum = byStart.get(startMs);
    return sum && { micro: sum.micro, quality: qualityOfSum(sum) };
  });
}

/** Sums know what was measured and what was not; that an hour's boundary was interpolated its intervals say. */
function withInterpolated(hours: MeterInterval[], run: BaseRun): MeterInterval[] {
  const interpolated = new Set<number>();
  for (const [index, start] of run.starts.entries())
    if (startQualityOf(run.qualities[index]!) === QUALITY_CODE.interpolated) interpolated.add(start);
  if (interpolated.size === 0) return hours;
  return hours.map((hour) =>
    hour.quality === 'measured' && (interpolated.has(hour.startMs) || interpolated.has(hour.endMs))
      ? { ...hour, quality: 'interpolated' }
      : hour,
  );
}

function withoutHoles(
  bounds: readonly number[],
  valueAt: (startMs: number) => { micro: bigint; quality: Quality } | undefined,
): MeterInterval[] {
  return bounds.slice(0, -1).map((startMs, index) => {
    const { micro, quality } = valueAt(startMs) ?? { micro: 0n, quality: 'missing' };
    return { startMs, endMs: bounds[index + 1]!, micro: quality === 'missing' ? null : micro, quality };
  });
}

function byKeyAndStart(a: InstitutionUsage, b: InstitutionUsage): number {
  const key = (row: InstitutionUsage): string => `${row.institution}|${row.medium}|${row.subItem}`;
  return key(a) === key(b) ? a.startMs - b.startMs : key(a) < key(b) ? -1 : 1;
}
