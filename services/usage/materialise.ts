import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { involvedMeters } from './involved-meters.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { gridFloor, periodBounds } from './periods.ts';
import {
  recomputeMeter,
  resumption,
  resumptionAtTail,
  type Recomputed,
  type Resumption,
  type Tail,
} from './recompute-meter.ts';
import { rollUpHours, sumInstitution } from './roll-up.ts';
import { sumPeriods, type BaseRun } from './sum-periods.ts';

/** Usage that changed: per institution, the earliest instant from which it may differ. */
export interface UsageChange {
  institutions: Map<string, number>;
  /** Per meter, temperature points among them, the earliest device time written. */
  meters: Map<string, number>;
}

/** Keeps stored usage up to what is stored of readings. */
export interface Materialiser {
  /** Replaces what is known of the meters, when the registry changes. */
  useMeters(meters: readonly UsageMeter[]): void;
  /**
   * Makes anew what the touch log says has changed; false where nothing was touched. `onChange` is told before the log
   * is forgotten, so that a crash in between only repeats the work.
   */
  run(onChange?: (change: UsageChange) => Promise<void>): Promise<boolean>;
}

/** Base intervals worked on at once: bounds the memory of a rebuild. */
const INTERVALS_AT_ONCE = 80_000;
const FAR_MS = 8.64e15;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Usage = f(readings, registry): the same readings give the same rows, in whatever order and batches they came. */
export function createMaterialiser(store: SeriesStore, zone: Zone, now: () => number): Materialiser {
  let meters = new Map<string, UsageMeter>();
  /** What live data goes on from without asking the store; forgotten whenever it might not be what is stored. */
  const tails = new Map<string, MeterTail>();

  async function run(onChange?: (change: UsageChange) => Promise<void>): Promise<boolean> {
    try {
      return await recomputeTouched(onChange);
    } catch (error) {
      tails.clear();
      throw error;
    }
  }

  async function recomputeTouched(onChange?: (change: UsageChange) => Promise<void>): Promise<boolean> {
    const page = await store.touchedSince(0);
    if (page.ranges.length === 0) return false;
    const touched = earliestByMeter(page.ranges);

    const resumptions: Resumption[] = [];
    for (const [id, fromMs] of touched) {
      const meter = meters.get(id);
      const tail = tails.get(id);
      const resumed =
        meter && ((tail && resumptionAtTail(meter, tail, fromMs)) ?? (await resumption(store, zone, meter, fromMs)));
      if (resumed !== undefined) resumptions.push(resumed);
    }
    resumptions.sort((a, b) => a.fromMs - b.fromMs);
    const institutions = new Map<string, number>();
    for (const group of groupsOf(resumptions, (r) => (now() - r.fromMs) / baseStepMs(r.meter))) {
      for (const { meter, fromMs } of await recomputeGroup(group)) noteInstitutions(meter, fromMs, institutions);
    }
    const changes = [...institutions].sort((a, b) => a[1] - b[1]);
    const hoursEach = (from: number): number => ((now() - from) / HOUR_MS) * 8;
    for (const group of groupsOf(changes, ([, fromMs]) => hoursEach(fromMs))) await rollUpGroup(group);

    await onChange?.({ institutions, meters: touched });
    await store.forgetTouched(page.sequence);
    return true;
  }

  async function recomputeGroup(group: readonly Resumption[]): Promise<{ meter: UsageMeter; fromMs: number }[]> {
    const fromMs = Math.min(...group.map((r) => r.fromMs));
    const registers = await store.registers(
      group.map((r) => r.meter.id),
      fromMs,
      FAR_MS,
    );
    const byMeter = new Map(registers.map((series) => [series.meter, series]));
    const blocks: Block[] = [];
    for (const resumed of group) {
      const series = byMeter.get(resumed.meter.id);
      if (series !== undefined) blocks.push({ ...recomputeMeter(resumed, series), meter: resumed.meter });
    }
    await store.replaceBaseUsage(blocks.map(({ block }) => block));
    await sumGroup(blocks);
    return blocks.map(({ block, meter }) => ({ meter, fromMs: block.fromMs }));
  }

  // The day's earlier intervals, of which the block is the continuation: usually known from the run before.
  async function earlierToday(meter: UsageMeter, dayMs: number, fromMs: number): Promise<BaseRun> {
    const known = tails.get(meter.id)?.day;
    return known?.starts[0] === dayMs ? cut(known, dayMs, fromMs) : store.baseUsage(meter.id, dayMs, fromMs);
  }

  async function sumGroup(blocks: readonly Block[]): Promise<void> {
    const hours: MeterUsage[] = [];
    const days: MeterUsage[] = [];
    for (const { block, meter, tail } of blocks) {
      if (block.starts.length === 0) continue;
      const step = baseStepMs(meter);
      const dayMs = zone.dayStart(block.fromMs);
      const intervals = dayMs < block.fromMs ? join(await earlierToday(meter, dayMs, block.fromMs), block) : block;
      tails.delete(meter.id);
      if (tail) tails.set(meter.id, { ...tail, day: cut(intervals, zone.dayStart(tail.fromMs), FAR_MS) });
      const hourMs = gridFloor(zone, block.fromMs, HOUR_MS);
      for (const sum of sumPeriods(meter.id, intervals, periodBounds(zone, 'hour', hourMs, block.toMs), step))
        hours.push(sum);
      for (const sum of sumPeriods(meter.id, intervals, periodBounds(zone, 'day', dayMs, block.toMs), step))
        days.push(sum);
    }
    if (days.length === 0) return;
    await store.putMeterUsage('hour', hours);
    await store.putMeterUsage('day', days);

    const fromMs = zone.monthStart(Math.min(...days.map((day) => day.startMs)));
    const ids = blocks.map(({ meter }) => meter.id);
    const daysOfMonths = await store.meterUsage('day', ids, fromMs, FAR_MS);
    await store.putMeterUsage('month', monthsOf(daysOfMonths));
  }

  function monthsOf(days: readonly MeterUsage[]): MeterUsage[] {
    const months = new Map<string, MeterUsage>();
    for (const day of days) {
      const startMs = zone.monthStart(day.startMs);
      const key = `${day.meter}|${startMs}`;
      const month = months.get(key);
      if (month === undefined) months.set(key, { ...day, startMs, endMs: zone.nextMonth(startMs) });
      else {
        month.micro += day.micro;
        month.measuredMs += day.measuredMs;
        month.estimatedMs += day.estimatedMs;
        month.manualMs += day.manualMs;
      }
    }
    for (const month of months.values()) {
      month.missingMs = month.endMs - month.startMs - month.measuredMs - month.estimatedMs - month.manualMs;
    }
    return [...months.values()];
  }

  async function rollUpGroup(group: readonly [string, number][]): Promise<void> {
    const ids = group.map(([institution]) => institution);
    const wanted = new Set(ids);
    const fromMs = zone.dayStart(Math.min(...group.map(([, from]) => from)));
    const involved = involvedMeters(meters.values(), wanted);
    const involvedIds = involved.map((meter) => meter.id);
    const monthMs = zone.monthStart(fromMs);
    const days = monthMs < fromMs ? await store.institutionUsage('day', ids, monthMs, fromMs) : [];
    // By year, so that a rebuild of a long history stays small; the last replaces all that stood behind it.
    for (let start = fromMs; start < now() + DAY_MS; start = zone.nextYear(start)) {
      const end = zone.nextYear(start) < now() + DAY_MS ? zone.nextYear(start) : FAR_MS;
      const meterHours = await store.meterUsage('hour', involvedIds, start, end);
      const hours = rollUpHours(wanted, involved, meterHours, zone);
      await store.replaceInstitutionUsage('hour', ids, start, end, hours);
      const ofYear = sumInstitution(hours, (ms) => ({ startMs: zone.dayStart(ms), endMs: zone.nextDay(ms) }));
      await store.replaceInstitutionUsage('day', ids, start, end, ofYear);
      for (const day of ofYear) days.push(day);
    }
    const months = sumInstitution(days, (ms) => ({ startMs: zone.monthStart(ms), endMs: zone.nextMonth(ms) }));
    await store.replaceInstitutionUsage('month', ids, monthMs, FAR_MS, months);
  }

  function noteInstitutions(meter: UsageMeter, fromMs: number, changed: Map<string, number>): void {
    const parent = meters.get(meter.parentId ?? '');
    for (const { institutionId } of [...meter.shares, ...(parent?.shares ?? [])]) {
      changed.set(institutionId, Math.min(fromMs, changed.get(institutionId) ?? FAR_MS));
    }
  }

  return {
    run,
    useMeters: (list) => {
      tails.clear();
      meters = new Map(list.map((meter) => [meter.id, meter]));
    },
  };
}

interface MeterTail extends Tail {
  /** The intervals of the tail's day. */
  day: BaseRun;
}

interface Block extends Recomputed {
  meter: UsageMeter;
}

/** The intervals that start within [fromMs, toMs), copied so that a long run is not kept for its end. */
function cut(run: BaseRun, fromMs: number, toMs: number): BaseRun {
  const first = run.starts.findIndex((start) => start >= fromMs);
  const end = run.starts.findIndex((start) => start >= toMs);
  const range: [number, number] = [first < 0 ? run.starts.length : first, end < 0 ? run.starts.length : end];
  return {
    starts: run.starts.slice(...range),
    values: run.values.slice(...range),
    qualities: run.qualities.slice(...range),
  };
}

function earliestByMeter(ranges: readonly { meter: string; fromMs: number }[]): Map<string, number> {
  const earliest = new Map<string, number>();
  for (const { meter, fromMs } of ranges) earliest.set(meter, Math.min(fromMs, earliest.get(meter) ?? FAR_MS));
  return earliest;
}

function join(before: BaseRun, after: BaseRun): BaseRun {
  const starts = new Float64Array(before.starts.length + after.starts.length);
  starts.set(before.starts);
  starts.set(after.starts, before.starts.length);
  const values = new BigInt64Array(starts.length);
  values.set(before.values);
  values.set(after.values, before.values.length);
  const qualities = new Uint8Array(starts.length);
  qualities.set(before.qualities);
  qualities.set(after.qualities, before.qualities.length);
  return { starts, values, qualities };
}

function* groupsOf<T>(items: readonly T[], weightOf: (item: T) => number): Generator<T[]> {
  let group: T[] = [];
  let weight = 0;
  for (const item of items) {
    group.push(item);
    weight += weightOf(item) + 1;
    if (weight < INTERVALS_AT_ONCE) continue;
    yield group;
    group = [];
    weight = 0;
  }
  if (group.length > 0) yield group;
}
