import type { Zone } from '../../domain/zone.ts';
import type { MeterUsage, SeriesStore } from '../../storage/series/port.ts';
import { periodBounds } from './periods.ts';

/** A period whose sums are stored. */
export interface StoredPeriod {
  level: 'month' | 'day' | 'hour';
  startMs: number;
  endMs: number;
}

/** A meter that is to be known; outside [fromMs, toMs) it is not there, and nothing is missing of it. */
export interface JointMember {
  id: string;
  fromMs?: number | undefined;
  toMs?: number | undefined;
}

/** What one meter counted, and how it is known. Milliseconds as in the store. */
export type MemberSum = Pick<MeterUsage, 'micro' | 'measuredMs' | 'estimatedMs' | 'manualMs' | 'missingMs'>;

/** The sums of several meters over the part of a period in which all of them are known. */
export interface JointSum {
  startMs: number;
  endMs: number;
  /** How long all of them are known; whole hours. */
  knownMs: number;
  /** By meter, over that time; nothing is missing of them. */
  joint: Map<string, MemberSum>;
  /** By meter, over all of the period in which it is there. */
  own: Map<string, MemberSum>;
}

const FINER = { month: 'day', day: 'hour' } as const;
/** So many periods may lie between two that are read in one question. */
const GAP = 4;

/**
 * The sums of meters that are only told together: a period counts whole where every meter is known throughout, else
 * those of its days, and of those those of its hours, in which that is so. So nothing that is missing of one looks like a
 * difference between them. Hours, days and months agree: what one step leaves out, the others leave out.
 */
export async function jointSums(
  store: Pick<SeriesStore, 'meterUsage'>,
  zone: Zone,
  members: readonly JointMember[],
  periods: readonly StoredPeriod[],
): Promise<JointSum[]> {
  const sums: JointSum[] = [];
  const divided: { sum: JointSum; parts: StoredPeriod[] }[] = [];
  for (const run of runsOf(periods)) {
    const rows = await rowsOf(store, members, run);
    for (const period of run) {
      const judged = judge(members, period, rows);
      sums.push(judged.sum);
      if (judged.isDivided) divided.push({ sum: judged.sum, parts: finerParts(zone, period) });
    }
  }
  const finer = await unlessEmpty(
    divided.flatMap(({ parts }) => parts),
    (parts) => jointSums(store, zone, members, parts),
  );
  let next = 0;
  for (const { sum, parts } of divided) {
    for (const part of finer.slice(next, next + parts.length)) {
      sum.knownMs += part.knownMs;
      for (const [id, { micro, measuredMs, estimatedMs, manualMs }] of part.joint) {
        const whole = sum.joint.get(id) ?? nothing();
        whole.micro += micro;
        whole.measuredMs += measuredMs;
        whole.estimatedMs += estimatedMs;
        whole.manualMs += manualMs;
        sum.joint.set(id, whole);
      }
    }
    next += parts.length;
  }
  return sums;
}

/** The hours, days or months of a range that lies on their bounds. */
export function periodsOfStep(zone: Zone, level: StoredPeriod['level'], fromMs: number, toMs: number): StoredPeriod[] {
  const bounds = periodBounds(zone, level, fromMs, toMs);
  return bounds.slice(0, -1).map((startMs, index) => ({ level, startMs, endMs: bounds[index + 1]! }));
}

/** The fewest periods that make up a range of whole days: its months, and the days before and behind them. */
export function widestPeriods(zone: Zone, fromMs: number, toMs: number): StoredPeriod[] {
  const firstMs = zone.monthStart(fromMs) === fromMs ? fromMs : zone.nextMonth(fromMs);
  const lastMs = zone.monthStart(toMs);
  if (firstMs >= lastMs) return periodsOfStep(zone, 'day', fromMs, toMs);
  return [
    ...(fromMs < firstMs ? periodsOfStep(zone, 'day', fromMs, firstMs) : []),
    ...periodsOfStep(zone, 'month', firstMs, lastMs),
    ...(lastMs < toMs ? periodsOfStep(zone, 'day', lastMs, toMs) : []),
  ];
}

type Rows = ReadonlyMap<string, ReadonlyMap<number, MeterUsage>>;

async function rowsOf(
  store: Pick<SeriesStore, 'meterUsage'>,
  members: readonly JointMember[],
  run: readonly StoredPeriod[],
): Promise<Rows> {
  const ids = members.map(({ id }) => id);
  const byMeter = new Map(ids.map((id) => [id, new Map<number, MeterUsage>()]));
  for (const row of await store.meterUsage(run[0]!.level, ids, run[0]!.startMs, run.at(-1)!.endMs))
    byMeter.get(row.meter)?.set(row.startMs, row);
  return byMeter;
}

function judge(
  members: readonly JointMember[],
  period: StoredPeriod,
  rows: Rows,
): { sum: JointSum; isDivided: boolean } {
  const { startMs, endMs } = period;
  const sum: JointSum = { startMs, endMs, knownMs: 0, joint: new Map(), own: new Map() };
  const lengthMs = endMs - startMs;
  let isWhole = true;
  let isKnown = true;
  for (const { id, fromMs = startMs, toMs = endMs } of members) {
    const thereMs = Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
    const row = rows.get(id)?.get(startMs);
    const knownMs = row === undefined ? 0 : lengthMs - row.missingMs;
    const { micro, measuredMs, estimatedMs, manualMs } = row ?? nothing();
    const missingMs = Math.max(0, thereMs - knownMs);
    sum.own.set(id, { micro, measuredMs, estimatedMs, manualMs, missingMs });
    if (missingMs > 0) isWhole = false;
    if (knownMs === 0 && thereMs === lengthMs) isKnown = false;
  }
  if (isWhole) {
    sum.knownMs = lengthMs;
    for (const [id, own] of sum.own) sum.joint.set(id, { ...own });
  }
  return { sum, isDivided: !isWhole && isKnown && period.level !== 'hour' };
}

function finerParts(zone: Zone, { level, startMs, endMs }: StoredPeriod): StoredPeriod[] {
  return level === 'hour' ? [] : periodsOfStep(zone, FINER[level], startMs, endMs);
}

/** Periods of one level that follow one another, or nearly so. */
function runsOf(periods: readonly StoredPeriod[]): StoredPeriod[][] {
  const runs: StoredPeriod[][] = [];
  for (const period of periods) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const isNear =
      last !== undefined &&
      last.level === period.level &&
      period.startMs - last.endMs <= GAP * (period.endMs - period.startMs);
    if (isNear) run?.push(period);
    else runs.push([period]);
  }
  return runs;
}

function nothing(): MemberSum {
  return { micro: 0n, measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: 0 };
}

async function unlessEmpty<In, Out>(list: In[], work: (list: In[]) => Promise<Out[]>): Promise<Out[]> {
  return list.length === 0 ? [] : work(list);
}
