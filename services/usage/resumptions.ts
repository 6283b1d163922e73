import type { Zone } from '../../domain/zone.ts';
import type { MeterInstant, SeriesStore } from '../../storage/series/port.ts';
import { newAccount, stateFromText, type AccountState, type Point } from './account-state.ts';
import { FAR_MS } from './earliest.ts';
import { baseStepMs, type UsageMeter } from './meter-config.ts';
import { gridFloor } from './periods.ts';
import { registerPlan, type RegisterPlan } from './register-plan.ts';
import type { UsageSource } from './usage-source.ts';

/** From where a meter's intervals must be made anew after readings were written at `touchedMs` or later. */
export interface Resumption {
  meter: UsageMeter;
  source: UsageSource;
  fromMs: number;
  state: AccountState;
  /** Left out: to the last reading; else at least up to here, so that nothing stays of what was made before. */
  untilMs?: number;
  /** Nothing is stored of its usage: it begins with its first reading. */
  isAnew?: true;
  /** From memory: all that was touched lies behind this instant, that of the last good reading. */
  lastGoodMs?: number;
}

/** A meter, and the earliest device time at which readings of it were written. */
export interface TouchedMeter {
  meter: UsageMeter;
  touchedMs: number;
  /** What its usage is made of; its register where left out. */
  source?: UsageSource;
}

/** The store's questions that are asked to find where to resume. */
export type ResumptionStore = Pick<SeriesStore, 'baseUsageAtEach' | 'registerBeforeEach' | 'registerFromEach'>;

interface Account {
  startMs: number;
  state: AccountState;
}

/**
 * Finds where to resume: the interval that holds the reading before the last good one before the touched one. Everything
 * up to the next good reading was interpolated between two of them, and a reading counts as good by the one behind it
 * too. Meters that have nothing to make usage of are left out. Asks the store for all meters at once, some seven
 * questions in all.
 */
export async function resumptions(
  store: ResumptionStore,
  zone: Zone,
  touched: readonly TouchedMeter[],
): Promise<Resumption[]> {
  const found: Resumption[] = [];
  for (const source of ['total', 'delta', 'rate'] as const) {
    const ofSource = touched.filter((one) => (one.source ?? 'total') === source);
    if (ofSource.length > 0) found.push(...(await resumptionsOf(store, zone, ofSource, source)));
  }
  return found;
}

async function resumptionsOf(
  store: ResumptionStore,
  zone: Zone,
  touched: readonly TouchedMeter[],
  source: UsageSource,
): Promise<Resumption[]> {
  let accounts = await accountsAt(
    store,
    touched.map(({ meter, touchedMs }) => ({ meter: meter.id, atMs: touchedMs })),
    source,
  );
  // Back to the last good reading, and from there to the one before it.
  for (let back = 0; back < 2; back++) accounts = await accountsAt(store, lastGood(accounts), source);
  const fresh = touched.filter(({ meter }) => !accounts.has(meter.id));
  const begins = await beginnings(store, zone, fresh, source);
  return touched.flatMap(({ meter }) => {
    const account = accounts.get(meter.id);
    if (account !== undefined) return [{ meter, source, fromMs: account.startMs, state: account.state }];
    const beginMs = begins.get(meter.id);
    if (beginMs === undefined) return [];
    return [{ meter, source, fromMs: gridFloor(zone, beginMs, baseStepMs(meter)), state: newAccount(), isAnew: true }];
  });
}

function lastGood(accounts: ReadonlyMap<string, Account>): MeterInstant[] {
  return [...accounts].flatMap(([meter, { state }]) =>
    state.last === undefined ? [] : [{ meter, atMs: state.last.atMs }],
  );
}

// The accounting as it stood at the interval that holds each instant; left out where there is none.
async function accountsAt(
  store: ResumptionStore,
  instants: readonly MeterInstant[],
  source: UsageSource,
): Promise<Map<string, Account>> {
  const rows = await unlessEmpty(instants, () => store.baseUsageAtEach(instants));
  const starts = [...rows].map(([meter, { startMs }]) => ({ meter, atMs: startMs }));
  const before = await unlessEmpty(starts, () => store.registerBeforeEach(starts, source));
  const accounts = new Map<string, Account>();
  for (const [meter, row] of rows) {
    const reading = before.get(meter);
    if (reading === undefined && row.state === '') continue;
    const last: Point | undefined = reading && { atMs: reading.observedAtMs, register: reading.value };
    accounts.set(meter, { startMs: row.startMs, state: stateFromText(row.state, last) });
  }
  return accounts;
}

// Where usage begins: with the first reading, stored or given, or where the register began, if somebody read it there.
async function beginnings(
  store: ResumptionStore,
  zone: Zone,
  fresh: readonly TouchedMeter[],
  source: UsageSource,
): Promise<Map<string, number>> {
  const instants = fresh.map(({ meter }) => ({ meter: meter.id, atMs: 0 }));
  const firsts = await unlessEmpty(instants, () => store.registerFromEach(instants, source));
  const froms =
    source === 'delta' ? await unlessEmpty(instants, () => store.registerFromEach(instants, 'deltaFrom')) : undefined;
  const begins = new Map<string, number>();
  for (const { meter } of fresh) {
    const first = firsts.get(meter.id)?.observedAtMs ?? FAR_MS;
    const instantsOf =
      source === 'total'
        ? [first, ...givenInstants(registerPlan(meter, zone))]
        : // An amount that does not say where it begins covers an expected interval.
          [first - (source === 'delta' ? meter.expectedIntervalS * 1000 : 0), froms?.get(meter.id)?.value ?? FAR_MS];
    const beginMs = Math.min(...instantsOf);
    if (beginMs < FAR_MS - meter.expectedIntervalS * 1000) begins.set(meter.id, Math.max(0, beginMs));
  }
  return begins;
}

function givenInstants({ changes = [], given = [] }: RegisterPlan): number[] {
  const opened = changes.find(({ opening }) => opening !== undefined);
  return [...(opened === undefined ? [] : [opened.atMs]), ...given.slice(0, 1).map(({ atMs }) => atMs)];
}

/** Widens resumptions over all that is stored of the meters' usage from there on, or from ever where they begin anew. */
export async function overAllStored(
  store: Pick<SeriesStore, 'baseUsageAtEach' | 'meterUsage'>,
  resumed: readonly Resumption[],
): Promise<Resumption[]> {
  if (resumed.length === 0) return [];
  const ids = resumed.map(({ meter }) => meter.id);
  const lasts = await store.baseUsageAtEach(ids.map((meter) => ({ meter, atMs: FAR_MS })));
  const latestMs = Math.max(...resumed.map(({ fromMs }) => fromMs));
  const firsts = new Map<string, number>();
  for (const { meter, startMs } of await store.meterUsage('hour', ids, 0, latestMs))
    firsts.set(meter, Math.min(startMs, firsts.get(meter) ?? startMs));
  return resumed.flatMap((one) => {
    const untilMs = lasts.get(one.meter.id)?.startMs;
    const isNew = one.state.last === undefined;
    const fromMs = isNew ? Math.min(one.fromMs, firsts.get(one.meter.id) ?? one.fromMs) : one.fromMs;
    // Nothing to make usage of, and nothing made.
    if (fromMs === FAR_MS) return [];
    return [{ ...one, fromMs, ...(untilMs === undefined ? {} : { untilMs }) }];
  });
}

async function unlessEmpty<Value>(
  instants: readonly MeterInstant[],
  ask: (instants: readonly MeterInstant[]) => Promise<Map<string, Value>>,
): Promise<Map<string, Value>> {
  return instants.length === 0 ? new Map<string, Value>() : ask(instants);
}
