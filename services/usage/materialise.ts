import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { FAR_MS, noteEarliest } from './earliest.ts';
import { createFirstUsage } from './first-usage.ts';
import { groupsOf } from './groups-of.ts';
import { involvedMeters } from './involved-meters.ts';
import { isolate } from './isolate.ts';
import { createMeterMaker } from './make-meters.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { createMeterSources } from './meter-sources.ts';
import { institutionsOf, outdatedBy } from './outdated-by.ts';
import { overAllStored, resumptions, type Resumption, type TouchedMeter } from './resumptions.ts';
import { newAccount } from './account-state.ts';
import { rollUpGroup } from './roll-up-group.ts';
import { createUsageSettings } from './create-usage-settings.ts';
import { createToldFindings, type MeterFindings } from './told-findings.ts';
import { createUsageFailures } from './usage-failures.ts';
import type { UsageSettings } from './usage-settings.ts';

/** Usage that changed: per institution, the earliest instant from which it may differ. */
export interface UsageChange {
  /** By keys of `premisesKey`. */
  institutions: Map<string, number>;
  /** Per meter, temperature points among them, the earliest device time written. */
  meters: Map<string, number>;
  /** What was found in the readings of meters, where it differs from what was told before. */
  findings?: ReadonlyMap<string, MeterFindings>;
}

/** Keeps stored usage up to what is stored of readings. */
export interface Materialiser {
  /**
   * Replaces what is known of the meters, when the registry changes. What that makes wrong of stored usage is made anew
   * by the next run, which first logs it as touched. `areMade`: a process before this one has made usage of these.
   */
  useMeters(meters: readonly UsageMeter[], areMade?: boolean): void;
  /**
   * Makes anew what the touch log says has changed; false where nothing was touched. `onChange` is told before the log
   * is forgotten, so that a crash in between only repeats the work.
   */
  run(onChange?: (change: UsageChange) => Promise<void>): Promise<boolean>;
  /** Resolves when what {@link useMeters} made wrong is in the touch log, on disk; every run begins with it. */
  logOutdated(): Promise<void>;
  /** Logs as touched what the store, that has dropped all usage, does not know: meters that people have read. */
  logGiven(): Promise<void>;
  /**
   * The meters and institutions whose usage could not be made while all others' was, and why; empty where there are
   * none. They are tried again every minute (soon, where the store had no room), and after a restart.
   */
  failure(): string;
}

/** Meters that the store is asked about at once. */
const METERS_AT_ONCE = 5000;
/** A page of the touch log with so many ranges may not be the last. */
const FULL_PAGE = 50_000;
/** Begins the keys under which the touch log has institutions; no meter's id holds a colon. */
const INSTITUTION = 'institution:';
const HOUR_MS = 3_600_000;

/** What one run deals with. */
interface Round {
  /** By meter, and by institutions' keys: the earliest device time that was touched. */
  touched: Map<string, number>;
  failed: { key: string; what: string; error: unknown }[];
  /** By institution: from when on its sums may differ. */
  changed: Map<string, number>;
  madeFrom: Map<string, number>;
}

/** Usage = f(readings, registry): the same readings give the same rows, in whatever order and batches they came. */
export function createMaterialiser(
  store: SeriesStore,
  zone: Zone,
  now: () => number,
  settings: UsageSettings = createUsageSettings(zone),
): Materialiser {
  let meters = new Map<string, UsageMeter>();
  const sources = createMeterSources(store, zone);
  const maker = createMeterMaker({ store, zone, now, settings, meterNow: (id) => meters.get(id) });
  const firstUsage = createFirstUsage(store);
  const failures = createUsageFailures(now);
  const found = createToldFindings();
  /** What the registry made wrong and is not in the touch log yet: meters, and institutions by their keys. */
  const outdated = new Map<string, number>();
  /** Those of which all that is stored is made anew. */
  const remade = new Set<string>();
  /** Up to where the touch log is dealt with. */
  let sequence = 0;
  /** What was made and not told yet, and up to where the touch log can be forgotten when it is. */
  let untold = nothingUntold();
  const isStoreWell = async (): Promise<boolean> => (await store.health()).ok;

  async function run(onChange?: (change: UsageChange) => Promise<void>): Promise<boolean> {
    let isChanged: boolean;
    try {
      isChanged = await makeTouched();
    } catch (error) {
      maker.forget();
      firstUsage.forget();
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
    const findings = found.untold();
    if (institutions.size + ofMeters.size + findings.size > 0)
      await onChange?.({ institutions, meters: ofMeters, findings });
    const left = failures.ranges();
    if (left.length > 0) await store.touch(left);
    await store.forgetTouched(forgetTo);
    found.settle();
    untold = nothingUntold();
  }

  async function makeTouched(): Promise<boolean> {
    await logOutdated();
    const { touched, upTo } = await readTouched();
    failures.sortOut(touched);
    if (touched.size === 0) {
      sequence = upTo;
      return false;
    }
    const round: Round = { touched, failed: [], changed: new Map(), madeFrom: new Map() };
    await makeMeters(round, await whereToGoOn(round));
    await rollUp(round);
    noteDone(round);
    untold.forgetTo = sequence = upTo;
    return true;
  }

  // On disk before it is dealt with: a process that ends in between leaves it to the next.
  async function logOutdated(): Promise<void> {
    const noted = [...outdated];
    if (noted.length === 0) return;
    await store.touch(noted.map(([meter, fromMs]) => ({ meter, fromMs, toMs: FAR_MS })));
    for (const [key, fromMs] of noted) if (outdated.get(key) === fromMs) outdated.delete(key);
  }

  /** What people gave of a register makes usage by itself. */
  function noteGiven({ id, manual = [], decisions = [] }: UsageMeter): void {
    const decided = decisions.filter(({ kind }) => kind === 'value').map(({ fromMs }) => fromMs);
    for (const atMs of [...manual.map((point) => point.atMs), ...decided]) noteEarliest(outdated, id, atMs);
  }

  // All pages at once: what several of them touched is made once.
  async function readTouched(): Promise<{ touched: Map<string, number>; upTo: number }> {
    const touched = new Map<string, number>();
    let upTo = sequence;
    for (let isLast = false; !isLast;) {
      const page = await store.touchedSince(upTo);
      for (const { meter, fromMs, toMs } of page.ranges) {
        noteEarliest(touched, meter, fromMs);
        if (toMs >= FAR_MS) remade.add(meter);
      }
      upTo = page.sequence;
      isLast = page.ranges.length < FULL_PAGE;
    }
    return { touched, upTo };
  }

  /** From where each touched meter is made anew, by rising instant. */
  async function whereToGoOn(round: Round): Promise<Resumption[]> {
    const { touched, failed } = round;
    const going: Resumption[] = [];
    const asked: TouchedMeter[] = [];
    const gone: UsageMeter[] = [];
    for (const part of partsOf(touchedMeters(touched))) {
      const { metered, changed, without } = await sources.of(part);
      for (const id of changed) {
        remade.add(id);
        touched.set(id, 0);
      }
      for (const one of metered) {
        const { meter, source } = one;
        const touchedMs = touched.get(meter.id)!;
        const atTail = remade.has(meter.id) ? undefined : maker.atTail(meter, source, touchedMs);
        if (atTail === undefined) asked.push({ ...one, touchedMs });
        else going.push(atTail);
      }
      gone.push(...without.filter(({ id }) => remade.has(id)));
    }
    const resumed: Resumption[] = [];
    for (const part of partsOf(asked)) {
      await isolate(part, {
        work: async (some) => void resumed.push(...(await resumptions(store, zone, some))),
        onFailure: ({ meter }, error) => void failed.push({ key: meter.id, what: `meter ${meter.id}`, error }),
        isStoreWell,
      });
    }
    for (const one of resumed) if (!remade.has(one.meter.id)) going.push(one);
    const whole = resumed.filter(({ meter }) => remade.has(meter.id));
    for (const part of partsOf(whole)) going.push(...(await overAllStored(store, part)));
    // Of what makes no usage any more all becomes missing.
    const emptied = gone.map((meter) => ({ meter, source: 'total' as const, fromMs: FAR_MS, state: newAccount() }));
    for (const part of partsOf(emptied)) going.push(...(await overAllStored(store, part)));
    return going.sort((a, b) => a.fromMs - b.fromMs);
  }

  /** The touched meters that have registers; a virtual one is the sum of others. */
  function touchedMeters(touched: ReadonlyMap<string, number>): TouchedMeter[] {
    return [...touched].flatMap(([id, touchedMs]) => {
      const meter = meters.get(id);
      return meter === undefined || meter.terms !== undefined ? [] : [{ meter, touchedMs }];
    });
  }

  /** Intervals and sums of meters; who failed before does not hold up a group again. */
  async function makeMeters({ failed, changed, madeFrom }: Round, going: readonly Resumption[]): Promise<void> {
    const weightOf = (r: Resumption): number => (now() - r.fromMs) / baseStepMs(r.meter);
    const well = going.filter(({ meter }) => !failures.has(meter.id));
    const again = going.filter(({ meter }) => failures.has(meter.id)).map((resumption) => [resumption]);
    for (const group of [...groupsOf(well, weightOf), ...again]) {
      await isolate(group, {
        work: async (part) => {
          for (const { meter, fromMs, findings, isLive, isAnew } of await maker.make(part)) {
            firstUsage.noteMade(meter.id, fromMs, isAnew);
            madeFrom.set(meter.id, fromMs);
            found.note(meter.id, { fromMs, findings }, isLive);
            for (const institution of institutionsOf(meter, meters)) noteEarliest(changed, institution, fromMs);
          }
        },
        onFailure: ({ meter }, error) => {
          // It may have got half of its sums.
          firstUsage.forget(meter.id);
          failed.push({ key: meter.id, what: `meter ${meter.id}`, error });
        },
        isStoreWell,
      });
    }
  }

  async function rollUp(round: Round): Promise<void> {
    const { touched, changed, failed } = round;
    await noteRegrouped(round);
    const changes = [...changed].sort((a, b) => a[1] - b[1]);
    const hoursEach = (from: number): number => ((now() - from) / HOUR_MS) * 8;
    for (const group of groupsOf(changes, ([, fromMs]) => hoursEach(fromMs))) {
      await isolate(group, {
        work: (part) => rollUpGroup({ store, zone, nowMs: now(), firstUsage }, meters.values(), part),
        onFailure: ([institution], error) => {
          changed.delete(institution);
          const what = `institution ${institution}`;
          if (touched.has(INSTITUTION + institution)) failed.push({ key: INSTITUTION + institution, what, error });
          for (const { meter } of touchedMeters(touched))
            if (institutionsOf(meter, meters).includes(institution)) failed.push({ key: meter.id, what, error });
        },
        isStoreWell,
      });
    }
  }

  /** Notes the institutions that other meters count for now, from the first usage on that there is of them. */
  async function noteRegrouped({ touched, changed }: Round): Promise<void> {
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

  // What failed is noted for later; then all is told, and only then forgotten.
  function noteDone({ touched, failed, changed, madeFrom }: Round): void {
    failures.forget(touched.keys());
    for (const { key, what, error } of failed) failures.add(key, touched.get(key)!, what, error);
    for (const [id, fromMs] of touched) {
      if (failures.has(id)) continue;
      const toldMs = remade.has(id) ? Math.max(fromMs, madeFrom.get(id) ?? FAR_MS) : fromMs;
      if (toldMs < FAR_MS && !id.startsWith(INSTITUTION)) noteEarliest(untold.meters, id, toldMs);
      remade.delete(id);
    }
    for (const [institution, fromMs] of changed) noteEarliest(untold.institutions, institution, fromMs);
  }

  return {
    run,
    logOutdated,
    logGiven: () => {
      firstUsage.forget();
      for (const meter of meters.values()) noteGiven(meter);
      return logOutdated();
    },
    failure: () => failures.detail(),
    useMeters: (list, areMade = false) => {
      const known = meters;
      meters = new Map(list.map((meter) => [meter.id, meter]));
      const wrong = outdatedBy(known, meters, zone);
      for (const [id, fromMs] of wrong.meters) noteEarliest(outdated, id, fromMs);
      // Of a meter that is new nothing is made yet, and no stored reading of it may ever come.
      if (!areMade) for (const meter of list) if (!known.has(meter.id)) noteGiven(meter);
      for (const [id, fromMs] of wrong.institutions) noteEarliest(outdated, INSTITUTION + id, fromMs);
      maker.forget((id) => !meters.has(id) || wrong.meters.has(id));
      failures.retryNow();
    },
  };
}

function nothingUntold(): {
  institutions: Map<string, number>;
  meters: Map<string, number>;
  forgetTo: number | undefined;
} {
  return { institutions: new Map(), meters: new Map(), forgetTo: undefined };
}

function* partsOf<T>(items: readonly T[]): Generator<T[]> {
  for (let at = 0; at < items.length; at += METERS_AT_ONCE) yield items.slice(at, at + METERS_AT_ONCE);
}
