import { fromMicro } from '../../domain/micro.ts';
import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import type { BalanceAmounts } from '../api/schemas/balance.ts';
import { type JointMember, type JointSum, jointSums, type MemberSum, type StoredPeriod } from '../usage/joint-sums.ts';

/** A main meter and the meters right below it. */
export interface MeterFamily {
  main: JointMember;
  below: readonly JointMember[];
}

/** What a family counted, and what of the main meter none of those below it counted, over one period. */
export interface FamilyBalance {
  amounts: BalanceAmounts;
  /** Millionths over the time in which all are known; null where there is none. */
  joint: Map<string, bigint> | null;
  /** By meter, over all of the period in which it is there. */
  own: Map<string, MemberSum>;
}

/** The sums of a family over periods, told together; see {@link jointSums}. */
export function familySums(
  store: Pick<SeriesStore, 'meterUsage'>,
  zone: Zone,
  { main, below }: MeterFamily,
  periods: readonly StoredPeriod[],
): Promise<JointSum[]> {
  return jointSums(store, zone, [main, ...below], periods);
}

/**
 * The balance over the periods of some sums taken together: main = Σ sub-meters + unmetered, exactly. What is missing of
 * one of them is in none of the amounts; coverage says how much of the time that is.
 */
export function balanceOf({ main, below }: MeterFamily, sums: readonly JointSum[]): FamilyBalance {
  const joint = new Map<string, bigint>();
  const own = new Map<string, MemberSum>();
  let [knownMs, lengthMs] = [0, 0];
  for (const sum of sums) {
    knownMs += sum.knownMs;
    lengthMs += sum.endMs - sum.startMs;
    for (const [id, { micro }] of sum.joint) joint.set(id, (joint.get(id) ?? 0n) + micro);
    for (const [id, each] of sum.own) own.set(id, added(own.get(id), each));
  }
  const coverage = lengthMs === 0 ? 0 : knownMs / lengthMs;
  if (knownMs === 0) {
    const none = { main: null, subMeters: null, unmetered: null, unmeteredShare: null };
    return { amounts: { ...none, coverage }, joint: null, own };
  }
  const mainMicro = joint.get(main.id) ?? 0n;
  const subMicro = below.reduce((total, { id }) => total + (joint.get(id) ?? 0n), 0n);
  const hasBelow = below.length > 0;
  const amounts: BalanceAmounts = {
    main: fromMicro(mainMicro),
    subMeters: hasBelow ? fromMicro(subMicro) : null,
    unmetered: hasBelow ? fromMicro(mainMicro - subMicro) : null,
    unmeteredShare: hasBelow && mainMicro !== 0n ? Number(mainMicro - subMicro) / Number(mainMicro) : null,
    coverage,
  };
  return { amounts, joint, own };
}

function added(a: MemberSum | undefined, b: MemberSum): MemberSum {
  if (a === undefined) return { ...b };
  return {
    micro: a.micro + b.micro,
    measuredMs: a.measuredMs + b.measuredMs,
    estimatedMs: a.estimatedMs + b.estimatedMs,
    manualMs: a.manualMs + b.manualMs,
    missingMs: a.missingMs + b.missingMs,
  };
}
