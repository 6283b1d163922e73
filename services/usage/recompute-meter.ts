import type { Zone } from '../../domain/zone.ts';
import type { BaseUsage, MeterInstant, RegisterSeries, SeriesStore } from '../../storage/series/port.ts';
import { newAccount, stateFromText, type AccountState, type Point } from './account-state.ts';
import { buildIntervals } from './build-intervals.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { registerPlan } from './register-plan.ts';
import { gridFloor } from './periods.ts';

const FAR_MS = 8.64e15;

/** From where a meter's intervals must be made anew after readings were written at `touchedMs` or later. */
export interface Resumption {
  meter: UsageMeter;
  fromMs: number;
  state: AccountState;
  /** Left out: to the last reading; else at least up to here, so that nothing stays of what was made before. */
  untilMs?: number;
}

/** A meter, and the earliest device time at which readings of it were written. */
export interface TouchedMeter {
  meter: UsageMeter;
  touchedMs: number;
}

/**
 * Finds where to resume: the interval that holds the last good reading before the touched one, because everything up
 * to the next good reading was interpolated between the two. Meters without register readings are left out. Asks the
 * store for all meters at once, some five questions in all.
 */
export async function resumptions(
  store: SeriesStore,
  zone: Zone,
  touched: readonly TouchedMeter[],
): Promise<Resumption[]> {
  const atTouched = await accountsAt(
    store,
    touched.map(({ meter, touchedMs }) => ({ meter: meter.id, atMs: touchedMs })),
  );
  const lastGood = [...atTouched].flatMap(([meter, { state }]) =>
    state.last === undefined ? [] : [{ meter, atMs: state.last.atMs }],
  );
  const atLastGood = await accountsAt(store, lastGood);
  const fresh = touched.filter(({ meter }) => !atLastGood.has(meter.id));
  const firsts = await unlessEmpty(
    fresh.map(({ meter }) => ({ meter: meter.id, atMs: 0 })),
    (instants) => store.registerFromEach(instants),
  );
  return touched.flatMap(({ meter }) => {
    const account = atLastGood.get(meter.id);
    if (account !== undefined) return [{ meter, fromMs: account.startMs, state: account.state }];
    const first = firsts.get(meter.id);
    if (first === undefined) return [];
    const fromMs = Math.min(first.observedAtMs, firstOpeningMs(meter));
    return [{ meter, fromMs: gridFloor(zone, fromMs, baseStepMs(meter)), state: newAccount() }];
  });
}

/** Widens resumptions over all that is stored of the meters' usage from there on, or from ever where they begin anew. */
export async function overAllStored(store: SeriesStore, resumed: readonly Resumption[]): Promise<Resumption[]> {
  if (resumed.length === 0) return [];
  const ids = resumed.map(({ meter }) => meter.id);
  const lasts = await store.baseUsageAtEach(ids.map((meter) => ({ meter, atMs: FAR_MS })));
  const latestMs = Math.max(...resumed.map(({ fromMs }) => fromMs));
  const firsts = new Map<string, number>();
  for (const { meter, startMs } of await store.meterUsage('hour', ids, 0, latestMs))
    firsts.set(meter, Math.min(startMs, firsts.get(meter) ?? startMs));
  return resumed.map((one) => {
    const untilMs = lasts.get(one.meter.id)?.startMs;
    const isNew = one.state.last === undefined;
    const fromMs = isNew ? Math.min(one.fromMs, firsts.get(one.meter.id) ?? one.fromMs) : one.fromMs;
    return { ...one, fromMs, ...(untilMs === undefined ? {} : { untilMs }) };
  });
}

/** Intervals made anew, and from where readings behind the last good one can go on. */
export interface Recomputed {
  block: BaseUsage;
  tail: Tail | undefined;
}

/** The interval that holds a meter's last good reading: readings behind that one change nothing before it. */
export interface Tail {
  lastGoodMs: number;
  /** The interval's start, and the accounting as it stood there. */
  fromMs: number;
  stateText: string;
  lastBefore: Point | undefined;
}

/** Resumes at a tail, where all that was touched lies behind the last good reading. */
export function resumptionAtTail(meter: UsageMeter, tail: Tail, touchedMs: number): Resumption | undefined {
  if (touchedMs <= tail.lastGoodMs) return undefined;
  return { meter, fromMs: tail.fromMs, state: stateFromText(tail.stateText, tail.lastBefore) };
}

/** The base intervals from a resumption to the last reading. `series` holds at least the readings from there on. */
export function recomputeMeter(resumed: Resumption, series: RegisterSeries, zone: Zone): Recomputed {
  const { meter, fromMs } = resumed;
  // A copy: the same resumption may be worked on again.
  const state = { ...resumed.state };
  const stepMs = baseStepMs(meter);
  const before = state.last;
  const first = lowerBound(series.times, fromMs);
  const block = buildIntervals({
    meter: meter.id,
    fromMs,
    stepMs,
    expectedMs: meter.expectedIntervalS * 1000,
    plan: registerPlan(meter, zone),
    ...(resumed.untilMs === undefined ? {} : { untilMs: resumed.untilMs }),
    state,
    readings: { times: series.times.subarray(first), values: series.values.subarray(first) },
  });
  if (state.last === undefined || state.last.atMs < fromMs) return { block, tail: undefined };
  const row = Math.floor((state.last.atMs - fromMs) / stepMs);
  const rowMs = fromMs + row * stepMs;
  const previous = lowerBound(series.times, rowMs) - 1;
  const lastBefore = previous >= first ? { atMs: series.times[previous]!, register: series.values[previous]! } : before;
  const tail = { lastGoodMs: state.last.atMs, fromMs: rowMs, stateText: block.states[row] ?? '', lastBefore };
  return { block, tail };
}

// The accounting as it stood at the interval that holds each instant; left out where there is none.
async function accountsAt(
  store: SeriesStore,
  instants: readonly MeterInstant[],
): Promise<Map<string, { startMs: number; state: AccountState }>> {
  const rows = await unlessEmpty(instants, () => store.baseUsageAtEach(instants));
  const starts = [...rows].map(([meter, { startMs }]) => ({ meter, atMs: startMs }));
  const before = await unlessEmpty(starts, () => store.registerBeforeEach(starts));
  const accounts = new Map<string, { startMs: number; state: AccountState }>();
  for (const [meter, row] of rows) {
    const reading = before.get(meter);
    if (reading === undefined && row.state === '') continue;
    const last: Point | undefined = reading && { atMs: reading.observedAtMs, register: reading.value };
    accounts.set(meter, { startMs: row.startMs, state: stateFromText(row.state, last) });
  }
  return accounts;
}

// A register counts from where it began, if somebody read it there, and not only from its first reading.
function firstOpeningMs({ events = [] }: UsageMeter): number {
  const first = events.find(({ openingRegister }) => openingRegister !== null);
  return first?.atMs ?? Number.POSITIVE_INFINITY;
}

async function unlessEmpty<Value>(
  instants: readonly MeterInstant[],
  ask: (instants: readonly MeterInstant[]) => Promise<Map<string, Value>>,
): Promise<Map<string, Value>> {
  return instants.length === 0 ? new Map<string, Value>() : ask(instants);
}

function lowerBound(times: Float64Array, value: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
