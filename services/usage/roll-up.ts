import { premisesKey } from '../../domain/premises.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { InstitutionUsage, MeterUsage } from '../../storage/series/port.ts';
import type { UsageMeter } from './meter-config.ts';
import { saturateSum } from './saturate-sum.ts';

/** How far the sum of a meter's shares, written as decimal fractions, may miss 1. */
const SHARE_SLACK = 1e-9;

/**
 * The hours of institutions from the hours of their meters: each meter's own usage (its register less those of the
 * meters below it) goes to the sub-items it has shares in, so that the sub-items sum to the meters at the top, exactly.
 * Where a meter at the top is missing for an hour, the meters below it still count. `premises` are keys of
 * `premisesKey`: housing counts apart from the institution beside it (Art. 12).
 *
 * `firstMs`: since when meters have usage. From then on, until it is removed, a meter of which there is nothing for an
 * hour in which another one of the same premises and medium has something is missing for it: the sum is not the whole.
 * A meter that is left out there is missed nowhere.
 */
export function rollUpHours(
  premises: ReadonlySet<string>,
  meters: readonly UsageMeter[],
  hours: readonly MeterUsage[],
  zone: Zone,
  firstMs: ReadonlyMap<string, number> = new Map(),
): InstitutionUsage[] {
  const byMeter = new Map<string, Map<number, MeterUsage>>();
  for (const hour of hours) {
    let rows = byMeter.get(hour.meter);
    if (rows === undefined) byMeter.set(hour.meter, (rows = new Map()));
    rows.set(hour.startMs, hour);
  }
  const children = childrenByParent(meters);
  const sums = createSums();
  const counted = new Map<string, Map<number, number>>();
  for (const meter of meters) {
    const below = children.get(meter.id) ?? [];
    for (const [index, share] of meter.shares.entries()) {
      const key = premisesKey(share.institutionId, share.housing === true);
      if (!premises.has(key)) continue;
      const before = sharedBefore(meter.shares, index);
      const { validFromMs, validToMs } = validity(share, zone);
      const series = sums.series(key, meter.medium, share.subItem ?? '');
      const ends = endsOf(counted, `${key}|${meter.medium}`);
      for (const hour of byMeter.get(meter.id)?.values() ?? []) {
        if (hour.startMs < validFromMs || hour.startMs >= validToMs) continue;
        series.add(hour, hour.startMs, hour.endMs, shareOf(ownUsage(hour, below, byMeter), before, share.share));
        ends.set(hour.startMs, hour.endMs);
      }
    }
  }
  for (const meter of meters) {
    const fromMs = firstMs.get(meter.id);
    if (fromMs === undefined) continue;
    const removedMs = removedMsOf(meter);
    const own = byMeter.get(meter.id);
    for (const share of meter.shares) {
      const key = premisesKey(share.institutionId, share.housing === true);
      const ends = counted.get(`${key}|${meter.medium}`);
      if (ends === undefined) continue;
      const { validFromMs, validToMs } = validity(share, zone);
      const series = sums.series(key, meter.medium, share.subItem ?? '');
      for (const [startMs, endMs] of ends) {
        if (own?.has(startMs) === true || startMs < Math.max(fromMs, validFromMs)) continue;
        // What it would have counted is in the rest of the meter above it.
        if (byMeter.get(meter.parentId ?? '')?.has(startMs) === true) continue;
        if (startMs >= Math.min(validToMs, removedMs)) continue;
        series.add({ ...NOTHING_KNOWN, missingMs: endMs - startMs }, startMs, endMs, 0n);
      }
    }
  }
  return sums.rows();
}

/** Sums intervals of institutions over longer periods; `periodOf` gives the period that holds an instant. */
export function sumInstitution(
  rows: readonly InstitutionUsage[],
  periodOf: (ms: number) => { startMs: number; endMs: number },
): InstitutionUsage[] {
  const sums = createSums();
  let period = { startMs: 0, endMs: 0 };
  for (const row of rows) {
    if (row.startMs < period.startMs || row.startMs >= period.endMs) period = periodOf(row.startMs);
    sums.series(row.institution, row.medium, row.subItem).add(row, period.startMs, period.endMs, row.micro);
  }
  return sums.rows();
}

type Known = Pick<InstitutionUsage, 'measuredMs' | 'estimatedMs' | 'manualMs' | 'missingMs'>;

const NOTHING_KNOWN = { measuredMs: 0, estimatedMs: 0, manualMs: 0 };

/** The ends of the hours, by start, of which premises have something of a medium. */
function endsOf(counted: Map<string, Map<number, number>>, key: string): Map<number, number> {
  let ends = counted.get(key);
  if (ends === undefined) counted.set(key, (ends = new Map()));
  return ends;
}

/** From when on nothing of a meter counts. */
function removedMsOf({ events = [] }: UsageMeter): number {
  return events.find(({ kind }) => kind === 'removal')?.atMs ?? Number.POSITIVE_INFINITY;
}

interface Series {
  add(part: Known, startMs: number, endMs: number, micro: bigint): void;
}

function createSums(): {
  series(institution: string, medium: UsageMedium, subItem: string): Series;
  rows(): InstitutionUsage[];
} {
  const rows: InstitutionUsage[] = [];
  const byKey = new Map<string, Series>();

  function createSeries(institution: string, medium: UsageMedium, subItem: string): Series {
    const byStart = new Map<number, InstitutionUsage>();
    return {
      add: ({ measuredMs, estimatedMs, manualMs, missingMs }, startMs, endMs, micro) => {
        const sum = byStart.get(startMs);
        if (sum === undefined) {
          const known = { measuredMs, estimatedMs, manualMs, missingMs };
          const row = { institution, medium, subItem, startMs, endMs, micro, ...known };
          byStart.set(startMs, row);
          rows.push(row);
          return;
        }
        sum.micro += micro;
        sum.measuredMs += measuredMs;
        sum.estimatedMs += estimatedMs;
        sum.manualMs += manualMs;
        sum.missingMs += missingMs;
      },
    };
  }

  return {
    // Only what is whole is cut: in whatever order the parts come, the sum is the same.
    rows: () => rows.map(saturateSum),
    series: (institution, medium, subItem) => {
      const key = `${institution}|${medium}|${subItem}`;
      let series = byKey.get(key);
      if (series === undefined) byKey.set(key, (series = createSeries(institution, medium, subItem)));
      return series;
    },
  };
}

function childrenByParent(meters: readonly UsageMeter[]): Map<string, UsageMeter[]> {
  const children = new Map<string, UsageMeter[]>();
  for (const meter of meters) {
    if (meter.parentId !== null) children.set(meter.parentId, [...(children.get(meter.parentId) ?? []), meter]);
  }
  return children;
}

function ownUsage(
  hour: MeterUsage,
  children: readonly UsageMeter[],
  byMeter: ReadonlyMap<string, ReadonlyMap<number, MeterUsage>>,
): bigint {
  if (hour.missingMs === hour.endMs - hour.startMs) return 0n;
  let own = hour.micro;
  for (const child of children) own -= byMeter.get(child.id)?.get(hour.startMs)?.micro ?? 0n;
  return own;
}

/** What of a meter the shares that begin with this one, and stand before it, take together. */
function sharedBefore(shares: UsageMeter['shares'], index: number): number {
  const { validFrom } = shares[index]!;
  return shares.slice(0, index).reduce((sum, one) => (one.validFrom === validFrom ? sum + one.share : sum), 0);
}

/** A share as the difference of two rounded sums, so that the shares of a meter sum to the meter, exactly. */
function shareOf(micro: bigint, before: number, share: number): bigint {
  const upTo = (part: number): bigint =>
    Math.abs(part - 1) < SHARE_SLACK ? micro : BigInt(Math.round(Number(micro) * part));
  return upTo(before + share) - upTo(before);
}

function validity(
  share: { validFrom: string; validTo: string | null },
  zone: Zone,
): { validFromMs: number; validToMs: number } {
  return {
    validFromMs: dateMs(share.validFrom, zone),
    validToMs: share.validTo === null ? Number.POSITIVE_INFINITY : dateMs(share.validTo, zone),
  };
}

function dateMs(date: string, zone: Zone): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  return zone.at(year, month, day);
}
