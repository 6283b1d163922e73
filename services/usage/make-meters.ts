import type { Finding } from '../../domain/finding.ts';
import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage, RegisterSeries, SeriesStore } from '../../storage/series/port.ts';
import { cutRun, joinRuns } from './base-run.ts';
import { FAR_MS } from './earliest.ts';
import type { IntervalInput } from './interval-input.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { needsHistory } from './needs-history.ts';
import { gridFloor, periodBounds } from './periods.ts';
import type { CountedReadings } from './readings-that-count.ts';
import { intervalInput, recomputeMeter, resumptionAtTail, type Recomputed, type Tail } from './recompute-meter.ts';
import type { Resumption } from './resumptions.ts';
import { sealedChanges } from './sealed-changes.ts';
import { sumMonths } from './sum-months.ts';
import { sumPeriods, type BaseRun } from './sum-periods.ts';
import type { UsageSettings } from './usage-settings.ts';
import type { UsageSource } from './usage-source.ts';

/** A meter whose usage was made anew from an instant on, and what was found in its readings from there on. */
export interface MadeMeter {
  meter: UsageMeter;
  fromMs: number;
  findings: readonly Finding[];
  /** It went on where the run before had ended. */
  isLive: boolean;
  /** Nothing was stored of its usage before. */
  isAnew: boolean;
}

/** Makes the usage of meters, and remembers where live data goes on. */
export interface MeterMaker {
  /** Where a meter goes on without asking the store; undefined where that is not known, or what was touched lies before. */
  atTail(meter: UsageMeter, source: UsageSource, touchedMs: number): Resumption | undefined;
  /**
   * Makes and stores base intervals, hours, days and months of meters; what that changes of sealed days is in the
   * late-data ledger first.
   */
  make(group: readonly Resumption[]): Promise<MadeMeter[]>;
  /** Forgets where meters go on: it might not be what is stored. */
  forget(isForgotten?: (meter: string) => boolean): void;
}

/** What {@link createMeterMaker} needs. */
export interface MakerDeps {
  store: SeriesStore;
  zone: Zone;
  now: () => number;
  settings: UsageSettings;
  /** The meter as the registry now has it. */
  meterNow: (id: string) => UsageMeter | undefined;
}

const HOUR_MS = 3_600_000;
const NO_READINGS: CountedReadings = { times: new Float64Array(), values: new Float64Array() };

/** Remembers nothing at first. */
export function createMeterMaker({ store, zone, now, settings, meterNow }: MakerDeps): MeterMaker {
  const tails = new Map<string, MeterTail>();

  async function readingsOf(group: readonly Resumption[]): Promise<Map<string, CountedReadings>> {
    const readings = new Map<string, CountedReadings>();
    for (const source of ['total', 'delta', 'rate'] as const) {
      const ofSource = group.filter((resumed) => resumed.source === source);
      if (ofSource.length === 0) continue;
      const ids = ofSource.map(({ meter }) => meter.id);
      const fromMs = Math.min(...ofSource.map((resumed) => resumed.fromMs));
      const froms = source === 'delta' ? await store.registers(ids, fromMs, FAR_MS, 'deltaFrom') : [];
      const fromsOf = new Map(froms.map((series) => [series.meter, series]));
      for (const series of await store.registers(ids, fromMs, FAR_MS, source)) {
        const { meter, times, values } = series;
        readings.set(meter, source === 'delta' ? withFroms(series, fromsOf.get(meter)) : { times, values });
      }
    }
    return readings;
  }

  /** Adds to those that have a long gap to fill the base intervals of the weeks before, as they are stored. */
  async function addHistory(inputs: readonly IntervalInput[]): Promise<void> {
    const wanted = inputs.flatMap((input) => {
      const fromMs = needsHistory(input);
      return fromMs === undefined ? [] : [{ input, fromMs }];
    });
    if (wanted.length === 0) return;
    const byMeter = new Map(wanted.map((one) => [one.input.meter, one]));
    const earliestMs = Math.min(...wanted.map(({ fromMs }) => fromMs));
    const latestMs = Math.max(...wanted.map(({ input }) => input.fromMs));
    for (const run of await store.baseUsageOfEach([...byMeter.keys()], earliestMs, latestMs)) {
      const { input, fromMs } = byMeter.get(run.meter)!;
      input.history = cutRun(run, fromMs, input.fromMs);
    }
  }

  // The day's earlier intervals, of which a block is the continuation: usually known from the run before.
  async function earlierToday(blocks: readonly Block[]): Promise<Map<string, BaseRun>> {
    const earlier = new Map<string, BaseRun>();
    const asked = new Map<number, Block[]>();
    for (const block of blocks) {
      const dayMs = zone.dayStart(block.block.fromMs);
      const known = tails.get(block.meter.id)?.day;
      if (dayMs === block.block.fromMs) continue;
      if (known?.starts[0] === dayMs) earlier.set(block.meter.id, known);
      else asked.set(dayMs, [...(asked.get(dayMs) ?? []), block]);
    }
    for (const [dayMs, ofDay] of asked) {
      const toMs = ofDay.reduce((latest, { block }) => Math.max(latest, block.fromMs), dayMs);
      const ids = ofDay.map(({ meter }) => meter.id);
      for (const found of await store.baseUsageOfEach(ids, dayMs, toMs)) earlier.set(found.meter, found);
    }
    return earlier;
  }

  async function sumBlocks(blocks: readonly Block[]): Promise<Sums> {
    const sums: Sums = { hours: [], days: [], sealable: [], tails: new Map() };
    const earlier = await earlierToday(blocks);
    for (const { block, meter, tail, sealedToMs } of blocks) {
      if (block.starts.length === 0) continue;
      const step = baseStepMs(meter);
      const dayMs = zone.dayStart(block.fromMs);
      const before = earlier.get(meter.id);
      const intervals = before === undefined ? block : joinRuns(cutRun(before, dayMs, block.fromMs), block);
      if (tail !== undefined)
        sums.tails.set(meter, { ...tail, day: cutRun(intervals, zone.dayStart(tail.fromMs), FAR_MS) });
      const hourMs = gridFloor(zone, block.fromMs, HOUR_MS);
      for (const sum of sumPeriods(meter.id, intervals, periodBounds(zone, 'hour', hourMs, block.toMs), step))
        sums.hours.push(sum);
      for (const sum of sumPeriods(meter.id, intervals, periodBounds(zone, 'day', dayMs, block.toMs), step)) {
        sums.days.push(sum);
        if (sum.endMs <= sealedToMs) sums.sealable.push(sum);
      }
    }
    return sums;
  }

  async function storeMonths(blocks: readonly Block[], days: readonly MeterUsage[]): Promise<void> {
    const fromMs = zone.monthStart(Math.min(...days.map((day) => day.startMs)));
    const ids = blocks.map(({ meter }) => meter.id);
    const daysOfMonths = await store.meterUsage('day', ids, fromMs, FAR_MS);
    await store.putMeterUsage('month', sumMonths(daysOfMonths, zone));
  }

  async function make(group: readonly Resumption[]): Promise<MadeMeter[]> {
    // 1. All that is to be written, from what is stored.
    const stored = await readingsOf(group);
    const works = group.map((resumed) => {
      const readings = stored.get(resumed.meter.id) ?? NO_READINGS;
      return { resumed, readings, input: intervalInput(resumed, readings, zone, settings) };
    });
    await addHistory(works.map(({ input }) => input));
    const blocks = works.map(({ resumed, readings, input }): Block => {
      const sealedToMs = resumed.lastGoodMs ?? FAR_MS;
      const isAnew = resumed.isAnew === true;
      return { ...recomputeMeter(resumed, readings, input), meter: resumed.meter, sealedToMs, isAnew };
    });
    const sums = await sumBlocks(blocks);

    // 2. The ledger, while what stood before still stands: a repeat after a crash leaves one entry.
    const changes = sums.sealable.length === 0 ? [] : await sealedChanges(store, sums.sealable, now());
    if (changes.length > 0) await store.logDayChanges(changes);

    // 3. Intervals and sums.
    for (const { meter } of blocks) tails.delete(meter.id);
    await store.replaceBaseUsage(blocks.map(({ block }) => block));
    if (sums.days.length > 0) {
      await store.putMeterUsage('hour', sums.hours);
      await store.putMeterUsage('day', sums.days);
      await storeMonths(blocks, sums.days);
    }
    // Not where the registry has changed meanwhile.
    for (const [meter, tail] of sums.tails) if (meterNow(meter.id) === meter) tails.set(meter.id, tail);
    return blocks.map(({ block, meter, sealedToMs, isAnew }) => ({
      meter,
      fromMs: block.fromMs,
      findings: block.findings,
      isLive: sealedToMs < FAR_MS,
      isAnew,
    }));
  }

  return {
    make,
    atTail: (meter, source, touchedMs) => {
      const tail = tails.get(meter.id);
      return tail?.source === source ? resumptionAtTail(meter, tail, touchedMs) : undefined;
    },
    forget: (isForgotten = () => true) => {
      for (const id of tails.keys()) if (isForgotten(id)) tails.delete(id);
    },
  };
}

interface MeterTail extends Tail {
  /** The intervals of the tail's day. */
  day: BaseRun;
}

interface Block extends Recomputed {
  meter: UsageMeter;
  /** Days that end behind it were not sealed. */
  sealedToMs: number;
  isAnew: boolean;
}

interface Sums {
  hours: MeterUsage[];
  days: MeterUsage[];
  /** Days that may have been sealed before. */
  sealable: MeterUsage[];
  tails: Map<UsageMeter, MeterTail>;
}

/** Amounts with where each begins; NaN where it does not say. */
function withFroms({ times, values }: RegisterSeries, froms: RegisterSeries | undefined): CountedReadings {
  if (froms === undefined) return { times, values };
  let next = 0;
  const begins = Float64Array.from(times, (time) => {
    while (next < froms.times.length && froms.times[next]! < time) next++;
    return froms.times[next] === time ? froms.values[next]! : Number.NaN;
  });
  return { times, values, froms: begins };
}
