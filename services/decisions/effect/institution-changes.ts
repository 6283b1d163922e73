import type { Zone } from '../../../domain/zone.ts';
import type { InstitutionUsage, MeterUsage, SeriesStore } from '../../../storage/series/port.ts';
import { FAR_MS } from '../../usage/earliest.ts';
import { involvedMeters } from '../../usage/involved-meters.ts';
import type { UsageMeter } from '../../usage/meter-config.ts';
import { institutionsOf } from '../../usage/outdated-by.ts';
import { rollUpHours } from '../../usage/roll-up.ts';
import type { WhatIf } from '../../usage/what-if.ts';

/** An hour of an institution, medium and sub-item that changes; undefined where there is none before, or after. */
export interface ChangedHour {
  before: InstitutionUsage | undefined;
  after: InstitutionUsage | undefined;
}

/** What names an hour's row: premises, medium, sub-item, start. */
export function hourKey(row: Pick<InstitutionUsage, 'institution' | 'medium' | 'subItem' | 'startMs'>): string {
  return `${row.institution}|${row.medium}|${row.subItem}|${row.startMs}`;
}

/** Starts of the hours in which a meter's usage differs, rising. */
function changedHours({ before, after }: WhatIf): number[] {
  const starts = new Set([...before.hour.keys(), ...after.hour.keys()]);
  return [...starts]
    .filter((startMs) => !isSame(before.hour.get(startMs), after.hour.get(startMs)))
    .sort((a, b) => a - b);
}

/**
 * The hours of institutions that change with a meter's, by {@link hourKey}: those it counts for, and those of its main
 * meter, from which it is taken off. Only the hours in which the meter differs are looked at, month by month.
 */
export async function institutionChanges(
  store: Pick<SeriesStore, 'meterUsage' | 'firstUsage'>,
  zone: Zone,
  meters: ReadonlyMap<string, UsageMeter>,
  meter: UsageMeter,
  whatIf: WhatIf,
): Promise<Map<string, ChangedHour>> {
  const premises = new Set(institutionsOf(meter, meters));
  const involved = involvedMeters(meters.values(), premises);
  const others = involved.map(({ id }) => id).filter((id) => id !== meter.id);
  const firstBefore = await store.firstUsage(involved.map(({ id }) => id));
  const afterMs = [...whatIf.after.hour.keys()].reduce((first, ms) => Math.min(first, ms), FAR_MS);
  const firstAfter = new Map(firstBefore);
  if (afterMs < (firstBefore.get(meter.id) ?? FAR_MS)) firstAfter.set(meter.id, afterMs);
  const changes = new Map<string, ChangedHour>();
  for (const starts of byMonth(changedHours(whatIf), zone)) {
    const wanted = new Set(starts);
    const stored = others.length === 0 ? [] : await store.meterUsage('hour', others, starts[0]!, starts.at(-1)! + 1);
    const beside = stored.filter(({ startMs }) => wanted.has(startMs));
    const rolled = (
      own: ReadonlyMap<number, MeterUsage>,
      firstMs: ReadonlyMap<string, number>,
    ): Map<string, InstitutionUsage> => {
      const hours = starts.flatMap((startMs) => own.get(startMs) ?? []);
      const rows = rollUpHours(premises, involved, [...beside, ...hours], zone, firstMs);
      return new Map(rows.map((row) => [hourKey(row), row]));
    };
    const before = rolled(whatIf.before.hour, firstBefore);
    const after = rolled(whatIf.after.hour, firstAfter);
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      const change = { before: before.get(key), after: after.get(key) };
      if (!isSame(change.before, change.after)) changes.set(key, change);
    }
  }
  return changes;
}

type Sum = Pick<MeterUsage, 'micro' | 'measuredMs' | 'estimatedMs' | 'manualMs' | 'missingMs'>;

/** True where two sums say the same, or neither is there. */
function isSame(a: Sum | undefined, b: Sum | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.micro === b.micro &&
    a.measuredMs === b.measuredMs &&
    a.estimatedMs === b.estimatedMs &&
    a.manualMs === b.manualMs &&
    a.missingMs === b.missingMs
  );
}

function* byMonth(starts: readonly number[], zone: Zone): Generator<number[]> {
  let month: number[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const startMs of starts) {
    if (startMs >= endMs) {
      if (month.length > 0) yield month;
      month = [];
      endMs = zone.nextMonth(startMs);
    }
    month.push(startMs);
  }
  if (month.length > 0) yield month;
}
