import { PlatformError } from '../../domain/errors.ts';
import { QUALITIES, type Quality } from '../../domain/quality.ts';
import type { Zone } from '../../domain/zone.ts';
import type { BaseUsage, InstitutionUsage, MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { buildIntervals } from './build-intervals.ts';
import { qualityOf } from './interval-code.ts';
import { institutionInterval } from './institution-interval.ts';
import { involvedMeters } from './involved-meters.ts';
import { baseStepMs, registerPlan, type UsageMeter } from './meter-config.ts';
import { periodBounds } from './periods.ts';
import { resumptions } from './recompute-meter.ts';
import { rollUpHours } from './roll-up.ts';
import { sumPeriods } from './sum-periods.ts';
import type { MeterInterval, UsageReader, UsageStep } from './usage-reader.ts';
import { virtualUsage } from './virtual-usage.ts';

const QUARTER_MS = 900_000;
const FAR_MS = 8.64e15;
const PERIOD_OF = { '1h': 'hour', '1d': 'day', '1mo': 'month' } as const;

/** Answers questions about usage from what is materialised; the quarter hours of slower meters are made on the spot. */
export function createUsageReader(
  store: SeriesStore,
  zone: Zone,
  meters: () => ReadonlyMap<string, UsageMeter>,
): UsageReader {
  const quarters = (meter: UsageMeter, fromMs: number, toMs: number): Promise<BaseUsage | undefined> =>
    baseStepMs(meter) === QUARTER_MS ? stored(meter, fromMs, toMs) : finer(meter, fromMs, toMs);

  // One interval more than asked for: its start boundary says how well the last one is known.
  const stored = (meter: UsageMeter, fromMs: number, toMs: number): Promise<BaseUsage> =>
    store.baseUsage(meter.id, fromMs, toMs + QUARTER_MS);

  async function finer(meter: UsageMeter, fromMs: number, toMs: number): Promise<BaseUsage | undefined> {
    const [resumed] = await resumptions(store, zone, [{ meter, touchedMs: fromMs }]);
    if (resumed === undefined || resumed.fromMs >= toMs) return undefined;
    const after = (await store.registerFromEach([{ meter: meter.id, atMs: toMs }])).get(meter.id);
    const until = (after?.observedAtMs ?? toMs) + 1;
    const [series] = await store.registers([meter.id], resumed.fromMs, until);
    if (series === undefined) return undefined;
    return buildIntervals({
      meter: meter.id,
      fromMs: resumed.fromMs,
      stepMs: QUARTER_MS,
      expectedMs: meter.expectedIntervalS * 1000,
      plan: registerPlan(meter, zone),
      state: resumed.state,
      readings: series,
      knownToMs: after?.observedAtMs ?? FAR_MS,
    });
  }

  const reader: UsageReader = {
    meterUsage: async (id, fromMs, toMs, step) => {
      const meter = meters().get(id);
      if (meter === undefined) throw new PlatformError('not-found', `Meter ${id} has no register that makes usage`);
      if (meter.terms !== undefined) {
        const sources = { store, zone, meters: meters(), meterUsage: reader.meterUsage };
        return virtualUsage(sources, meter, { fromMs, toMs, step });
      }
      const bounds = boundsOf(zone, fromMs, toMs, step);
      if (step === '15m') return quarterIntervals(bounds, await quarters(meter, fromMs, toMs));
      return periodIntervals(bounds, await store.meterUsage(PERIOD_OF[step], [id], fromMs, toMs));
    },

    institutionUsage: async (institutions, fromMs, toMs, step, medium) => {
      if (step !== '15m') {
        return (await store.institutionUsage(PERIOD_OF[step], institutions, fromMs, toMs, medium)).map(
          institutionInterval,
        );
      }
      const wanted = new Set(institutions);
      // A meter and those below it are of one medium.
      const ofMedium = [...meters().values()].filter((meter) => medium === undefined || meter.medium === medium);
      const involved = involvedMeters(ofMedium, wanted);
      const rows: MeterUsage[] = [];
      const bounds = boundsOf(zone, fromMs, toMs, step);
      for (const meter of involved) {
        const run = await quarters(meter, fromMs, toMs);
        if (run !== undefined) rows.push(...sumPeriods(meter.id, run, bounds, QUARTER_MS));
      }
      return rollUpHours(wanted, involved, rows, zone).sort(byKeyAndStart).map(institutionInterval);
    },
  };
  return reader;
}

function boundsOf(zone: Zone, fromMs: number, toMs: number, step: UsageStep): number[] {
  if (step !== '15m') return periodBounds(zone, PERIOD_OF[step], fromMs, toMs);
  const bounds: number[] = [];
  for (let at = fromMs; at <= toMs; at += QUARTER_MS) bounds.push(at);
  return bounds;
}

function quarterIntervals(bounds: readonly number[], run: BaseUsage | undefined): MeterInterval[] {
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

function withoutHoles(
  bounds: readonly number[],
  valueAt: (startMs: number) => { micro: bigint; quality: Quality } | undefined,
): MeterInterval[] {
  return bounds.slice(0, -1).map((startMs, index) => {
    const { micro, quality } = valueAt(startMs) ?? { micro: 0n, quality: 'missing' };
    return { startMs, endMs: bounds[index + 1]!, micro: quality === 'missing' ? null : micro, quality };
  });
}

function qualityOfSum(sum: MeterUsage): Quality {
  if (sum.missingMs >= sum.endMs - sum.startMs) return 'missing';
  if (sum.estimatedMs > 0) return 'estimated';
  return sum.manualMs > 0 ? 'manual' : 'measured';
}

function byKeyAndStart(a: InstitutionUsage, b: InstitutionUsage): number {
  const key = (row: InstitutionUsage): string => `${row.institution}|${row.medium}|${row.subItem}`;
  return key(a) === key(b) ? a.startMs - b.startMs : key(a) < key(b) ? -1 : 1;
}
