import type { Quality } from '../../domain/quality.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { SeriesStore } from '../../storage/series/port.ts';
import { jointSums, type MemberSum, periodsOfStep, type StoredPeriod } from './joint-sums.ts';
import type { UsageMeter } from './meter-config.ts';
import { metersOfTerms, sumTerms } from './sum-terms.ts';
import type { MeterInterval, UsageReader, UsageStep } from './usage-reader.ts';

/** What the usage of a virtual meter is made of. */
export interface VirtualSources {
  store: Pick<SeriesStore, 'meterUsage'>;
  zone: Zone;
  meters: ReadonlyMap<string, UsageMeter>;
  /** The intervals of a meter with a register, without holes. */
  meterUsage: UsageReader['meterUsage'];
}

const QUARTER_MS = 900_000;
const LEVEL_OF = { '1h': 'hour', '1d': 'day', '1mo': 'month' } as const;
const FROM_BEST: readonly Quality[] = ['measured', 'interpolated', 'manual', 'estimated', 'missing'];

/**
 * The usage of a virtual meter, without holes: the sum of its terms, made of the hours (the quarter hours, where those
 * are asked for) in which all of them are known, of the quality of the worst. Where there are none, and from the day on
 * which it ended, it is missing.
 */
export async function virtualUsage(
  sources: VirtualSources,
  virtual: UsageMeter,
  { fromMs, toMs, step }: { fromMs: number; toMs: number; step: UsageStep },
): Promise<MeterInterval[]> {
  const factors = metersOfTerms(virtual, sources.meters);
  const endMs = virtual.endedOn === undefined ? Infinity : startOfDate(virtual.endedOn, sources.zone);
  const range = { fromMs, toMs, endMs };
  if (step === '15m') return quarterSums(sources, factors ?? new Map(), range);
  return periodSums(sources, factors ?? new Map(), { ...range, level: LEVEL_OF[step] });
}

interface Range {
  fromMs: number;
  toMs: number;
  /** From when on there is nothing. */
  endMs: number;
}

async function periodSums(
  { store, zone }: VirtualSources,
  factors: ReadonlyMap<string, number>,
  { fromMs, toMs, endMs: lastMs, level }: Range & { level: StoredPeriod['level'] },
): Promise<MeterInterval[]> {
  const members = [...factors.keys()].map((id) => ({ id }));
  const steps = periodsOfStep(zone, level, fromMs, toMs);
  // A month in which it ended counts up to that day.
  const partsOf = (step: StoredPeriod): StoredPeriod[] =>
    members.length === 0 || step.startMs >= lastMs
      ? []
      : step.endMs <= lastMs
        ? [step]
        : periodsOfStep(zone, 'day', step.startMs, lastMs);
  const parts = steps.map(partsOf);
  const sums = await jointSums(store, zone, members, parts.flat());
  let next = 0;
  return steps.map(({ startMs, endMs }, index) => {
    const own = sums.slice(next, (next += parts[index]!.length)).filter(({ knownMs }) => knownMs > 0);
    if (own.length === 0) return missing({ startMs, endMs });
    const joint = own.flatMap((sum) => [...sum.joint]);
    const { micro, isWhole } = sumTerms(
      joint.map(([id, each]) => ({ micro: each.micro, factor: factors.get(id) ?? 0 })),
    );
    const qualities: Quality[] = joint.map(([, each]) => qualityOfSum(each));
    return { startMs, endMs, micro, quality: worst(isWhole ? qualities : [...qualities, 'estimated']) };
  });
}

async function quarterSums(
  { meterUsage }: VirtualSources,
  factors: ReadonlyMap<string, number>,
  { fromMs, toMs, endMs: lastMs }: Range,
): Promise<MeterInterval[]> {
  const starts = Array.from({ length: (toMs - fromMs) / QUARTER_MS }, (_, index) => fromMs + index * QUARTER_MS);
  const terms: { factor: number; intervals: MeterInterval[] }[] = [];
  for (const [id, factor] of factors) terms.push({ factor, intervals: await meterUsage(id, fromMs, toMs, '15m') });
  return starts.map((startMs, index) => {
    const endMs = startMs + QUARTER_MS;
    if (terms.length === 0 || startMs >= lastMs) return missing({ startMs, endMs });
    const qualities: Quality[] = [];
    const parts: { micro: bigint; factor: number }[] = [];
    for (const { factor, intervals } of terms) {
      const { micro, quality } = intervals[index]!;
      if (micro === null) return missing({ startMs, endMs });
      qualities.push(quality);
      parts.push({ micro, factor });
    }
    const { micro, isWhole } = sumTerms(parts);
    return { startMs, endMs, micro, quality: worst(isWhole ? qualities : [...qualities, 'estimated']) };
  });
}

function qualityOfSum({ estimatedMs, manualMs }: MemberSum): Quality {
  if (estimatedMs > 0) return 'estimated';
  return manualMs > 0 ? 'manual' : 'measured';
}

function worst(qualities: readonly Quality[]): Quality {
  return FROM_BEST[Math.max(0, ...qualities.map((quality) => FROM_BEST.indexOf(quality)))]!;
}

function missing({ startMs, endMs }: { startMs: number; endMs: number }): MeterInterval {
  return { startMs, endMs, micro: null, quality: 'missing' };
}
