import { setImmediate } from 'node:timers/promises';

import type { Metric } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { UsageStep } from '../usage/account-register.ts';
import type { AccountState } from '../usage/account-state.ts';
import { gapLimits, type GapLimits } from '../usage/interval-code.ts';
import { baseStepMs, type UsageMeter } from '../usage/meter-config.ts';
import { readingsThatCount, type CountedReadings } from '../usage/readings-that-count.ts';
import { registerPlan, type RegisterPlan } from '../usage/register-plan.ts';
import { usageSource, type UsageSource } from '../usage/usage-source.ts';
import type { UsageSettings } from '../usage/usage-settings.ts';
import { allPointsOf, type MeterAccount } from './account.ts';
import { createRunFold, type FoldInput } from './fold-runs.ts';
import { createGapShapes, type GapShapes } from './gap-shapes.ts';
import { leftOutByDecision } from './left-out-by-decision.ts';
import { createPointNames } from './name-points.ts';
import { rateAccount } from './rate-account.ts';
import { resumeAccount, type ResumedAccount } from './resume-account.ts';
import { traceDeltas } from './trace-deltas.ts';
import { traceRegister, type Traced } from './trace-register.ts';

/** What of a store an account is read from. */
export type AccountStore = Pick<
  SeriesStore,
  | 'latest'
  | 'readings'
  | 'registers'
  | 'registerFromEach'
  | 'registerBeforeEach'
  | 'baseUsageAtEach'
  | 'baseUsage'
  | 'meterUsage'
>;

/** A range of device time, in milliseconds. */
export interface AccountRange {
  fromMs: number;
  toMs: number;
}

const FAR_MS = 8.64e15;
const CHUNK_MS = 31 * 86_400_000;
/** Behind the range, for the first reading there that counts; twice as much each time that there is none. */
const BEHIND_MS = 3 * 86_400_000;
/** Steps without a pause for others on the thread. */
const STEPS_AT_ONCE = 2000;
/** Quantities of one instant. */
const METRICS_AT_ONCE = 200;

/**
 * What the amount of a meter over a range on hour boundaries is made of: the accounting of its readings is run once
 * more, from the last one that counts before the range to the first one behind it. Without `settings` gaps are flat, as
 * they are in the making of intervals.
 */
export async function readAccount(
  store: AccountStore,
  zone: Zone,
  meter: UsageMeter,
  range: AccountRange,
  settings?: UsageSettings,
): Promise<MeterAccount> {
  const plan = registerPlan(meter, zone);
  const stored = new Set((await store.latest([meter.id])).map(({ metric }) => metric));
  const source = usageSource(stored, plan);
  const { fromMs, toMs } = range;
  const empty: MeterAccount = {
    meter: meter.id,
    fromMs,
    toMs,
    amountMicro: 0n,
    runs: [],
    gaps: [],
    leftOut: [],
    more: false,
  };
  if (source === undefined) return empty;
  if (source === 'rate') return withPositions(store, await rateAccount(store, meter.id, range), source);

  const limits = gapLimits(baseStepMs(meter), meter.expectedIntervalS * 1000);
  const shapes = createGapShapes(store, zone, meter, settings);
  const resumed = await resumeAccount(store, meter.id, fromMs, source);
  const input = { meter, plan, limits, resumed, source };
  for (let behindMs = BEHIND_MS; ; behindMs *= 8) {
    const read = await readingsUpTo(store, meter.id, source, { fromMs: resumed.fromMs, toMs: toMs + behindMs });
    const { fold, lastMs } = await foldReadings(input, range, read, shapes);
    // Where the range's end lies between two readings, the second one is needed.
    if (!read.isAll && lastMs < toMs) continue;
    const account = { ...empty, ...fold };
    account.leftOut.push(...leftOutByDecision(meter, range, read.stored));
    account.leftOut.sort((a, b) => a.fromMs - b.fromMs);
    return withPositions(store, await shapes.tell(account), source);
  }
}

interface Read {
  stored: CountedReadings;
  /** Behind them there are no others. */
  isAll: boolean;
  toMs: number;
}

async function readingsUpTo(
  store: AccountStore,
  meter: string,
  metric: Metric,
  { fromMs, toMs }: AccountRange,
): Promise<Read> {
  const parts: { times: Float64Array; values: Float64Array }[] = [];
  const froms = new Map<number, number>();
  const first = (await store.registerFromEach([{ meter, atMs: Math.max(0, fromMs) }], metric)).get(meter)?.observedAtMs;
  for (let at = first ?? toMs; at < toMs; at += CHUNK_MS) {
    const untilMs = Math.min(toMs, at + CHUNK_MS);
    parts.push(...(await store.registers([meter], at, untilMs, metric)));
    if (metric !== 'delta') continue;
    for (const { times, values } of await store.registers([meter], at, untilMs, 'deltaFrom'))
      for (const [index, ms] of times.entries()) froms.set(ms, values[index]!);
  }
  const stored: CountedReadings = {
    times: joined(parts.map(({ times }) => times)),
    values: joined(parts.map(({ values }) => values)),
  };
  if (metric === 'delta') stored.froms = stored.times.map((ms) => froms.get(ms) ?? Number.NaN);
  const isAll = !(await store.registerFromEach([{ meter, atMs: toMs }], metric)).has(meter);
  return { stored, isAll, toMs };
}

async function foldReadings(
  {
    meter,
    plan,
    limits,
    resumed,
    source,
  }: { meter: UsageMeter; plan: RegisterPlan; limits: GapLimits; resumed: ResumedAccount; source: UsageSource },
  range: AccountRange,
  { stored, isAll, toMs: readToMs }: Read,
  shapes: GapShapes,
): Promise<{ fold: ReturnType<ReturnType<typeof createRunFold>['finish']>; lastMs: number }> {
  const knownToMs = isAll ? FAR_MS : readToMs;
  const isRegister = source === 'total';
  // What people gave before, the state knows; what they gave behind the last reading read comes with those there.
  const given = plan.given?.filter(({ atMs }) => atMs >= resumed.fromMs && atMs < knownToMs);
  const readings = readingsThatCount(stored, { ...plan, given: given ?? [] }, isRegister);
  const state: AccountState = { ...resumed.state };
  const input = { state, readings, plan, knownToMs };
  const expectedMs = meter.expectedIntervalS * 1000;
  const trace = (): Generator<Traced> =>
    isRegister ? traceRegister(input) : traceDeltas(input, { expectedMs, longMs: limits.interpolatedMs });
  const foldInput: Omit<FoldInput, 'shapeOf'> = {
    ...range,
    kind: isRegister ? 'register' : 'deltas',
    plan,
    names: createPointNames(meter, plan),
    limits,
  };
  const fold = createRunFold({ ...foldInput, shapeOf: (step) => shapes.of(step) });
  let steps = 0;
  for (const traced of trace()) {
    if (++steps % STEPS_AT_ONCE === 0) await setImmediate();
    if (traced.kind === 'usage' && isCut(traced, range)) await shapes.learn(traced);
    fold.take(traced);
  }
  return { fold: fold.finish(), lastMs: state.last?.atMs ?? Number.NEGATIVE_INFINITY };
}

function isCut({ fromMs: start, toMs: end }: UsageStep, { fromMs, toMs }: AccountRange): boolean {
  return (start < fromMs && end > fromMs) || (start < toMs && end > toMs);
}

/** Adds to the stored readings among the points where their bytes lie. */
async function withPositions(store: AccountStore, account: MeterAccount, source: UsageSource): Promise<MeterAccount> {
  for (const point of allPointsOf(account)) {
    if (point.source !== 'reading') continue;
    const rows = await store.readings(account.meter, point.atMs, point.atMs + 1, METRICS_AT_ONCE);
    const row = rows.find(({ metric }) => metric === source);
    if (row === undefined) continue;
    point.position = row.position;
    point.receivedAtMs = row.receivedAtMs;
  }
  return account;
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
