import type { Zone } from '../../domain/zone.ts';
import type { InstitutionUsage, MeterUsage } from '../../storage/series/port.ts';
import type { UsageMeter } from './meter-config.ts';

type Sum = Omit<InstitutionUsage, 'institution' | 'medium' | 'subItem'>;

/**
 * The hours of institutions from the hours of their meters: each meter's own usage (its register less those of the
 * meters below it) goes to the sub-items it has shares in, so that the sub-items sum to the meters at the top, exactly.
 * Where a meter at the top is missing for an hour, the meters below it still count.
 */
export function rollUpHours(
  institutions: ReadonlySet<string>,
  meters: readonly UsageMeter[],
  hours: readonly MeterUsage[],
  zone: Zone,
): InstitutionUsage[] {
  const byMeter = new Map<string, Map<number, MeterUsage>>();
  for (const hour of hours) {
    let rows = byMeter.get(hour.meter);
    if (rows === undefined) byMeter.set(hour.meter, (rows = new Map()));
    rows.set(hour.startMs, hour);
  }
  const children = childrenByParent(meters);
  const sums = new SumsByKey();
  for (const meter of meters) {
    const shares = meter.shares
      .filter(({ institutionId }) => institutions.has(institutionId))
      .map((share) => ({ ...share, ...validity(share, zone) }));
    if (shares.length === 0) continue;
    for (const hour of byMeter.get(meter.id)?.values() ?? []) {
      const own = ownUsage(hour, children.get(meter.id) ?? [], byMeter);
      for (const { institutionId, subItem, share, validFromMs, validToMs } of shares) {
        if (hour.startMs < validFromMs || hour.startMs >= validToMs) continue;
        sums.add(institutionId, meter.medium, subItem ?? '', hour, shareOf(own, share));
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
  const sums = new SumsByKey();
  for (const row of rows) {
    const period = periodOf(row.startMs);
    sums.add(row.institution, row.medium, row.subItem, { ...row, ...period }, row.micro);
  }
  return sums.rows();
}

function childrenByParent(meters: readonly UsageMeter[]): Map<string, UsageMeter[]> {
  const children = new Map<string, UsageMeter[]>();
  for (const meter of meters) {
    if (meter.parentId !== null) children.set(meter.parentId, [...(children.get(meter.parentId) ?? []), meter]);
  }
  return children;
}

class SumsByKey {
  private readonly byKey = new Map<string, InstitutionUsage>();

  add(institution: string, medium: InstitutionUsage['medium'], subItem: string, part: Sum, micro: bigint): void {
    const key = `${institution}|${medium}|${subItem}|${part.startMs}`;
    const sum = this.byKey.get(key);
    if (sum === undefined) {
      const { startMs, endMs, measuredMs, estimatedMs, manualMs, missingMs } = part;
      const ms = { measuredMs, estimatedMs, manualMs, missingMs };
      this.byKey.set(key, { institution, medium, subItem, startMs, endMs, micro, ...ms });
      return;
    }
    sum.micro += micro;
    sum.measuredMs += part.measuredMs;
    sum.estimatedMs += part.estimatedMs;
    sum.manualMs += part.manualMs;
    sum.missingMs += part.missingMs;
  }

  rows(): InstitutionUsage[] {
    return [...this.byKey.values()];
  }
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

function shareOf(micro: bigint, share: number): bigint {
  return share === 1 ? micro : BigInt(Math.round(Number(micro) * share));
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
