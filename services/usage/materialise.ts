import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { cutRun, joinRuns } from './base-run.ts';
import { involvedMeters } from './involved-meters.ts';
import { isolate } from './isolate.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { gridFloor, periodBounds } from './periods.ts';
import { institutionsOf, outdatedBy } from './outdated-by.ts';
import {
  overAllStored,
  recomputeMeter,
  resumptionAtTail,
  resumptions,
  type Recomputed,
  type Resumption,
  type Tail,
  type TouchedMeter,
} from './recompute-meter.ts';
import { rollUpHours, sumInstitution } from './roll-up.ts';
import { sumMonths } from './sum-months.ts';
import { sumPeriods, type BaseRun } from './sum-periods.ts';
import { createUsageFailures } from './usage-failures.ts';

/** Usage that changed: per institution, the earliest instant from which it may differ. */
export interface UsageChange {
  institutions: Map<string, number>;
  /** Per meter, temperature points among them, the earliest device time written. */
  meters: Map<string, number>;
}

/** Keeps stored usage up to what is stored of readings. */
export interface Materialiser {
  /**
   * Replaces what is known of the meters, when the registry changes. What that makes wrong of stored usage is made anew
   * by the next run, which first logs it as touched.
   */
  useMeters(meters: readonly UsageMeter[]): void;
  /**
   * Makes anew what the touch log says has changed; false where nothing was touched. `onChange` is told before the log
   * is forgotten, so that a crash in between only repeats the work.
   */
  run(onChange?: (change: UsageChange) => Promise<void>): Promise<boolean>;
  /**
   * The meters and institutions whose usage could not be made while all others' was, and why; empty where there are
   * none. They are tried again every minute (soon, where the store had no room), and after a restart.
   */
  failure(): string;
}

/** Meters that the store is asked about at once. */
const METERS_AT_ONCE = 5000;
/** Base intervals worked on at once: bounds the memory of a rebuild. */
const INTERVALS_AT_ONCE = 80_000;
const FAR_MS = 8.64e15;
/** Begins the keys under which the touch log has institutions; no meter's id holds a colon. */
const INSTITUTION = 'institution:';
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Usage = f(readings, registry): the same readings give the same rows, in whatever order and batches they came. */
export function createMaterialiser(store: SeriesStore, zone: Zone, now: () => number): Materialiser {
  let meters = new Map<string, UsageMeter>();
  /** What live data goes on from without asking the store; forgotten whenever it might not be what is stored. */
  const tails = new Map<string, MeterTail>();
  const failures = createUsageFailures(now);
  /** What the registry made wrong and is not in the touch log yet: meters, and institutions by their keys. */
  const outdated = new Map<string, number>();
  /** Those of which all that is stored is made anew. */
  const remade = new Set<string>();
  /** Up to where the touch log is dealt with. */
  let sequence = 0;
  /** What was made and not told yet, and up to where the touch log can be forgotten when it is. */
  let untold: UsageChange & { forgetTo: number | undefined } = noChange();

  async function run(onChange?: (change: UsageChange) => Promise<void>): Promise<boolean> {
    let isChanged: boolean;
    try {
      isChanged = await recomputeTouched();
    } catch (error) {
      tails.clear();
      failures.retryNow();
      throw error;
    }
    await tell(onChange);
    return isChanged;
  }

  // Who is told may be away for hours: what was made is not made again with each run, and not forgotten either.
  async function tell(onChange?: (change: UsageChange) => Promise<void>): Promise<void> {
    const { institutions, meters: ofMeters, forgetTo } = untold;
    if (forgetTo === undefined) return;
    if (institutions.size > 0 || ofMeters.size > 0) await onChange?.({ institutions, meters: ofMeters });
    const left = failures.ranges();
    if (left.length > 0) await store.touch(left);
    await store.forgetTouched(forgetTo);
    untold = noChange();
  }

  async function recomputeTouched(): Promise<boolean> {
    await logOutdated();
    const page = await store.touchedSince(sequence);
    for (const { meter, toMs } of page.ranges) if (toMs >= FAR_MS) remade.add(meter);
    const touched = earliestByMeter(page.ranges);
    failures.sortOut(touched);
    if (touched.size === 0) {
      sequence = page.sequence;
      return false;
    }
    const failed: { meter: string; what: string; error: unknown }[] = [];
    const isStoreWell = async (): Promise<boolean> => (await store.health()).ok;

    // 1. Where to go on.
    const onMeter = (meter: string, error: unknown): void => void failed.push({ meter, what: `meter ${meter}`, error });
    const { resumed, asked } = resumeAtTails(touched);
    for (let at = 0; at < asked.length; at += METERS_AT_ONCE) {
      await isolate(asked.slice(at, at + METERS_AT_ONCE), {
        work: async (part) => void resumed.push(...(await resumptions(store, zone, part))),
        onFailure: ({ meter }, error) => onMeter(meter.id, error),
        isStoreWell,
      });
    }
    const toRemake = resumed.filter(({ meter }) => remade.has(meter.id));
    const going = resumed.filter(({ meter }) => !remade.has(meter.id));
    for (let at = 0; at < toRemake.length; at += METERS_AT_ONCE)
      going.push(...(await overAllStored(store, toRemake.slice(at, at + METERS_AT_ONCE))));
    going.sort((a, b) => a.fromMs - b.fromMs);

    // 2. Intervals and sums of meters; who failed before does not hold up a group again.
    const changed = new Map<string, number>();
    const madeFrom = new Map<string, number>();
    const weightOf = (r: Resumption): number => (now() - r.fromMs) / baseStepMs(r.meter);
    const well = going.filter(({ meter }) => !failures.has(meter.id));
    const again = going.filter(({ meter }) => failures.has(meter.id)).map((resumption) => [resumption]);
    for (const group of [...groupsOf(well, weightOf), ...again]) {
      await isolate(group, {
        work: async (part) => {
          for (const { meter, fromMs } of await recomputeGroup(part)) {
            madeFrom.set(meter.id, fromMs);
            for (const institution of institutionsOf(meter, meters)) noteEarliest(changed, institution, fromMs);
          }
        },
        onFailure: ({ meter }, error) => onMeter(meter.id, error),
        isStoreWell,
      });
    }

    // 3. Sums of institutions.
    await noteRegrouped(touched, changed);
    const changes = [...changed].sort((a, b) => a[1] - b[1]);
    const hoursEach = (from: number): number => ((now() - from) / HOUR_MS) * 8;
    for (const group of groupsOf(changes, ([, fromMs]) => hoursEach(fromMs))) {
      await isolate(group, {
        work: rollUpGroup,
        onFailure: ([institution], error) => {
          changed.delete(institution);
          const key = INSTITUTION + institution;
          if (touched.has(key)) failed.push({ meter: key, what: `institution ${institution}`, error });
          for (const id of touched.keys()) {
            const meter = meters.get(id);
            if (meter === undefined || !institutionsOf(meter, meters).includes(institution)) continue;
            failed.push({ meter: id, what: `institution ${institution}`, error });
          }
        },
        isStoreWell,
      });
    }

    // 4. What failed noted for later; then all is told, and only then forgotten.
    failures.forget(touched.keys());
    for (const { meter, what, error } of failed) failures.add(meter, touched.get(meter)!, what, error);
    for (const [id, fromMs] of touched) {
      if (failures.has(id)) continue;
      const toldMs = remade.has(id) ? Math.max(fromMs, madeFrom.get(id) ?? FAR_MS) : fromMs;
      if (toldMs < FAR_MS && !id.startsWith(INSTITUTION)) noteEarliest(untold.meters, id, toldMs);
      remade.delete(id);
    }
    for (const [institution, fromMs] of changed) noteEarliest(untold.institutions, institution, fromMs);
    untold.forgetTo = page.sequence;
    sequence = page.sequence;
    return true;
  }

  // On disk before it is dealt with: a process that ends in between leaves it to the next.
  async function logOutdated(): Promise<void> {
    const noted = [...outdated];
    if (noted.length === 0) return;
    await store.touch(noted.map(([meter, fromMs]) => ({ meter, fromMs, toMs: FAR_MS })));
    for (const [key, fromMs] of noted) if (outdated.get(key) === fromMs) outdated.delete(key);
  }

  /** Notes the institutions that other meters count for now, from the first usage on that there is of them. */
  async function noteRegrouped(touched: ReadonlyMap<string, number>, changed: Map<string, number>): Promise<void> {
    const regrouped = [...touched].filter(([key]) => key.startsWith(INSTITUTION));
    if (regrouped.length === 0) return;
    const ids = regrouped.map(([key]) => key.slice(INSTITUTION.length));
    const involved = involvedMeters(meters.values(), new Set(ids)).map(({ id }) => id);
    const months = [
      ...(await store.meterUsage('month', involved, 0, FAR_MS)),
      ...(await store.institutionUsage('month', ids, 0, FAR_MS)),
    ];
    const firstMs = months.reduce((first, { startMs }) => Math.min(first, startMs), FAR_MS);
    for (const [index, [, fromMs]] of regrouped.entries())
      if (firstMs < FAR_MS) noteEarliest(changed, ids[index]!, Math.max(fromMs, firstMs));
  }

  /** Splits meters into those that go on from what is in memory and those the store is asked about. */
  function resumeAtTails(touched: ReadonlyMap<string, number>): { resumed: Resumption[]; asked: TouchedMeter[] } {
    const resumed: Resumption[] = [];
    const asked: TouchedMeter[] = [];
    for (const [id, touchedMs] of touched) {
      const meter = meters.get(id);
      if (meter === undefined) continue;
      const tail = remade.has(id) ? undefined : tails.get(id);
      const atTail = tail && resumptionAtTail(meter, tail, touchedMs);
      if (atTail === undefined) asked.push({ meter, touchedMs });
      else resumed.push(atTail);
    }
    return { resumed, asked };
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
      if (series !== undefined) blocks.push({ ...recomputeMeter(resumed, series, zone), meter: resumed.meter });
    }
    try {
      await store.replaceBaseUsage(blocks.map(({ block }) => block));
      await sumGroup(blocks);
    } catch (error) {
      for (const { meter } of blocks) tails.delete(meter.id);
      throw error;
    }
    return blocks.map(({ block, meter }) => ({ meter, fromMs: block.fromMs }));
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

  async function sumGroup(blocks: readonly Block[]): Promise<void> {
    const hours: MeterUsage[] = [];
    const days: MeterUsage[] = [];
    const earlier = await earlierToday(blocks);
    for (const { block, meter, tail } of blocks) {
      if (block.starts.length === 0) continue;
      const step = baseStepMs(meter);
      const dayMs = zone.dayStart(block.fromMs);
      const before = earlier.get(meter.id);
      const intervals = before === undefined ? block : joinRuns(cutRun(before, dayMs, block.fromMs), block);
      tails.delete(meter.id);
      // Not where the registry has changed meanwhile.
      if (tail && meters.get(meter.id) === meter)
        tails.set(meter.id, { ...tail, day: cutRun(intervals, zone.dayStart(tail.fromMs), FAR_MS) });
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
    await store.putMeterUsage('month', sumMonths(daysOfMonths, zone));
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

  return {
    run,
    failure: () => failures.detail(),
    useMeters: (list) => {
      const known = meters;
      meters = new Map(list.map((meter) => [meter.id, meter]));
      const wrong = outdatedBy(known, meters, zone);
      for (const [id, fromMs] of wrong.meters) noteEarliest(outdated, id, fromMs);
      for (const [id, fromMs] of wrong.institutions) noteEarliest(outdated, INSTITUTION + id, fromMs);
      for (const id of tails.keys()) if (!meters.has(id) || wrong.meters.has(id)) tails.delete(id);
      failures.retryNow();
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

function noChange(): UsageChange & { forgetTo: number | undefined } {
  return { institutions: new Map(), meters: new Map(), forgetTo: undefined };
}

function noteEarliest(earliest: Map<string, number>, key: string, fromMs: number): void {
  earliest.set(key, Math.min(fromMs, earliest.get(key) ?? FAR_MS));
}

function earliestByMeter(ranges: readonly { meter: string; fromMs: number }[]): Map<string, number> {
  const earliest = new Map<string, number>();
  for (const { meter, fromMs } of ranges) noteEarliest(earliest, meter, fromMs);
  return earliest;
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
