import { fromMicro } from '../../../domain/micro.ts';
import { institutionOfPremises } from '../../../domain/premises.ts';
import { CANONICAL_UNIT, type UsageMedium } from '../../../domain/quantity.ts';
import type { Zone } from '../../../domain/zone.ts';
import type { InstitutionUsage } from '../../../storage/series/port.ts';
import type { Effect } from '../../api/schemas/decision.ts';
import type { ReadSeries } from './changed-series.ts';
import type { ChangedHour } from './institution-changes.ts';

/** What the effect's parts compare: the sums as they are stored, and as they would be. */
export interface Compared {
  before: ReadSeries;
  after: ReadSeries;
  changes: ReadonlyMap<string, ChangedHour>;
}

/** The months of the premises concerned that change, each medium by itself. */
export async function institutionPart(
  { before, after, changes }: Compared,
  zone: Zone,
  names: ReadonlyMap<string, string>,
): Promise<Effect['institutions']> {
  const touched = touchedMonths(changes, zone);
  const [firstMs, lastMs] = [Math.min(...touched), Math.max(...touched)];
  const premises = [...new Set([...changes.values()].map(premisesOf))].sort();
  if (premises.length === 0) return [];
  const [old, next] = await Promise.all(
    [before, after].map((series) => series.institutionUsage('month', premises, firstMs, lastMs + 1)),
  );
  const [sumsBefore, sumsAfter] = [sumsOf(old ?? []), sumsOf(next ?? [])];
  const found: Effect['institutions'] = [];
  for (const key of [...new Set([...sumsBefore.keys(), ...sumsAfter.keys()])].sort()) {
    const [premise = '', medium = ''] = key.split('|');
    const [mine, theirs] = [sumsBefore.get(key), sumsAfter.get(key)];
    const months = [...touched]
      .sort((a, b) => a - b)
      .flatMap((startMs) => {
        const amounts = { before: amountOf(mine?.get(startMs)), after: amountOf(theirs?.get(startMs)) };
        if (amounts.before === amounts.after) return [];
        return [{ start: zone.iso(startMs), end: zone.iso(zone.nextMonth(startMs)), ...amounts }];
      });
    if (months.length === 0) continue;
    const institutionId = institutionOfPremises(premise);
    found.push({
      institutionId,
      institutionName: names.get(institutionId) ?? institutionId,
      housing: premise !== institutionId,
      medium: medium as UsageMedium,
      unit: CANONICAL_UNIT[medium as UsageMedium],
      months,
    });
  }
  return found;
}

/** Starts of the months in which an hour changes. */
export function touchedMonths(changes: ReadonlyMap<string, ChangedHour>, zone: Zone): Set<number> {
  return new Set([...changes.values()].map(({ before, after }) => zone.monthStart((after ?? before)!.startMs)));
}

function premisesOf({ before, after }: ChangedHour): string {
  return (after ?? before)!.institution;
}

/** Sums over sub-items by `premises|medium` and month, millionths; a month without any value is left out. */
function sumsOf(rows: readonly InstitutionUsage[]): Map<string, Map<number, bigint>> {
  const sums = new Map<string, Map<number, bigint>>();
  for (const { institution, medium, startMs, micro, measuredMs, estimatedMs, manualMs } of rows) {
    if (measuredMs + estimatedMs + manualMs === 0) continue;
    const key = `${institution}|${medium}`;
    let months = sums.get(key);
    if (months === undefined) sums.set(key, (months = new Map()));
    months.set(startMs, (months.get(startMs) ?? 0n) + micro);
  }
  return sums;
}

function amountOf(micro: bigint | undefined): number | null {
  return micro === undefined ? null : fromMicro(micro);
}
