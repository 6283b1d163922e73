import { bug } from '../../domain/errors.ts';
import type {
  BaseUsage,
  MeterInstant,
  MeterStep,
  MeterUsage,
  RegisterReading,
  SeriesStore,
  TouchedRange,
} from '../../storage/series/port.ts';

type SumStep = Exclude<MeterStep, 'base'>;

/** What was made of one meter's usage aside from the store, by start. */
export interface AsideRows {
  hour: Map<number, MeterUsage>;
  day: Map<number, MeterUsage>;
  month: Map<number, MeterUsage>;
}

/** A store that keeps what is made of one meter to itself. */
export interface AsideStore extends SeriesStore {
  /** What was made so far. */
  rows(): AsideRows;
}

interface Interval {
  startMs: number;
  micro: bigint;
  quality: number;
  state: string;
}

/**
 * A store over another one for making a meter's usage without keeping it: readings come from below, those up to
 * `knownToMs` alone, so that two accounts of a meter rest on the same; what is written stays here and is read back. It
 * has a touch log of its own. Sums of institutions and the late-data ledger are let go.
 */
export function createAsideStore(below: SeriesStore, meter: string, knownToMs: number): AsideStore {
  const log: TouchedRange[] = [];
  const made: AsideRows = { hour: new Map(), day: new Map(), month: new Map() };
  /** Ranges of base intervals that are ours, whatever stands below. */
  const ranges: { fromMs: number; toMs: number }[] = [];
  let intervals: Interval[] = [];

  const isOurs = (ms: number): boolean => ranges.some(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  const known = (toMs: number): number => Math.min(toMs, knownToMs + 1);
  const knownAt = (instants: readonly MeterInstant[]): MeterInstant[] =>
    instants.map(({ meter: id, atMs }) => ({ meter: id, atMs: known(atMs) }));

  async function baseUsage(id: string, fromMs: number, toMs: number): Promise<BaseUsage> {
    const stored = await below.baseUsage(id, fromMs, toMs);
    if (id !== meter) return stored;
    const kept = intervalsOf(stored).filter(({ startMs }) => !isOurs(startMs));
    const own = intervals.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
    const all = [...kept, ...own].sort((a, b) => a.startMs - b.startMs);
    return {
      meter,
      fromMs,
      toMs,
      starts: Float64Array.from(all, ({ startMs }) => startMs),
      values: BigInt64Array.from(all, ({ micro }) => micro),
      qualities: Uint8Array.from(all, ({ quality }) => quality),
      states: all.map(({ state }) => state),
    };
  }

  /** The last base interval below that is not ours, at or before an instant. */
  async function storedAt(atMs: number): Promise<{ startMs: number; state: string } | undefined> {
    for (let at = atMs; ;) {
      const found = (await below.baseUsageAtEach([{ meter, atMs: at }])).get(meter);
      if (found === undefined) return undefined;
      const range = ranges.find(({ fromMs, toMs }) => found.startMs >= fromMs && found.startMs < toMs);
      if (range === undefined) return found;
      at = range.fromMs - 1;
    }
  }

  async function nearest(found: Promise<Map<string, RegisterReading>>): Promise<Map<string, RegisterReading>> {
    return new Map([...(await found)].filter(([, reading]) => reading.observedAtMs <= knownToMs));
  }

  return {
    rows: () => made,
    health: () => below.health(),
    writeReadings: () => bug('readings are written aside'),
    storedThrough: () => below.storedThrough(),
    touchedSince: (sequence) => Promise.resolve({ sequence: log.length, ranges: log.slice(sequence) }),
    touch: (touched) => {
      log.push(...touched);
      return Promise.resolve();
    },
    forgetTouched: () => Promise.resolve(),

    readings: (id, fromMs, toMs, limit) =>
      fromMs < known(toMs) ? below.readings(id, fromMs, known(toMs), limit) : Promise.resolve([]),
    latest: (ids) => below.latest(ids),
    registers: (ids, fromMs, toMs, metric) =>
      fromMs < known(toMs) ? below.registers(ids, fromMs, known(toMs), metric) : Promise.resolve([]),
    registerBeforeEach: (instants, metric) => below.registerBeforeEach(knownAt(instants), metric),
    registerFromEach: (instants, metric) => nearest(below.registerFromEach(instants, metric)),
    means: (ids, metric, fromMs, toMs, stepMs) => below.means(ids, metric, fromMs, toMs, stepMs),

    replaceBaseUsage: (blocks) => {
      for (const block of blocks) {
        if (block.meter !== meter) bug(`usage of ${block.meter} is made aside for ${meter}`);
        const { fromMs, toMs } = block;
        ranges.push({ fromMs, toMs });
        intervals = [
          ...intervals.filter(({ startMs }) => startMs < fromMs || startMs >= toMs),
          ...intervalsOf(block),
        ].sort((a, b) => a.startMs - b.startMs);
      }
      return Promise.resolve();
    },
    baseUsage,
    baseUsageOfEach: async (ids, fromMs, toMs) => {
      const others = ids.filter((id) => id !== meter);
      const found = others.length === 0 ? [] : await below.baseUsageOfEach(others, fromMs, toMs);
      if (!ids.includes(meter)) return found;
      const own = await baseUsage(meter, fromMs, toMs);
      return own.starts.length === 0 ? found : [...found, own];
    },
    baseUsageAtEach: async (instants) => {
      const others = instants.filter((instant) => instant.meter !== meter);
      const found = others.length === 0 ? new Map() : await below.baseUsageAtEach(others);
      for (const { atMs } of instants.filter((instant) => instant.meter === meter)) {
        const stored = await storedAt(atMs);
        const own = intervals.findLast(({ startMs }) => startMs <= atMs);
        const last = own === undefined || (stored !== undefined && stored.startMs > own.startMs) ? stored : own;
        if (last !== undefined) found.set(meter, { startMs: last.startMs, state: last.state });
      }
      return found;
    },

    putMeterUsage: (step, rows) => {
      for (const row of rows) made[step].set(row.startMs, row);
      return Promise.resolve();
    },
    meterUsage: async (step: SumStep, ids, fromMs, toMs) => {
      const stored = await below.meterUsage(step, ids, fromMs, toMs);
      if (!ids.includes(meter)) return stored;
      const own = [...made[step].values()].filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
      const kept = stored.filter((row) => row.meter !== meter || !made[step].has(row.startMs));
      return [...kept, ...own].sort((a, b) =>
        a.meter === b.meter ? a.startMs - b.startMs : a.meter < b.meter ? -1 : 1,
      );
    },
    firstUsage: async (ids) => {
      const firsts = await below.firstUsage(ids);
      if (!ids.includes(meter) || made.hour.size === 0) return firsts;
      const ownMs = [...made.hour.keys()].reduce((first, startMs) => Math.min(first, startMs));
      return firsts.set(meter, Math.min(ownMs, firsts.get(meter) ?? ownMs));
    },
    replaceInstitutionUsage: () => Promise.resolve(),
    institutionUsage: (step, institutions, fromMs, toMs, medium) =>
      below.institutionUsage(step, institutions, fromMs, toMs, medium),
    knownUsage: (step, institutions, fromMs, toMs) => below.knownUsage(step, institutions, fromMs, toMs),
    logDayChanges: () => Promise.resolve(),
    dayChanges: (ids, fromMs, toMs) => below.dayChanges(ids, fromMs, toMs),
    dropUsage: () => bug('usage is dropped aside'),
    close: () => bug('a store is closed aside'),
  };
}

function intervalsOf({ starts, values, qualities, states }: BaseUsage): Interval[] {
  return Array.from(starts, (startMs, index) => ({
    startMs,
    micro: values[index] ?? 0n,
    quality: qualities[index] ?? 0,
    state: states[index] ?? '',
  }));
}
