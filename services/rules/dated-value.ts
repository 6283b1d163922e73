import type { Zone } from '../../domain/zone.ts';

/** A figure that holds on local dates from (incl.) to (excl., null: until further notice). */
export interface DatedValue {
  value: number;
  valid_from: string;
  valid_to: string | null;
}

/** The value in force at an instant; before the first one, the first one: a missing past is no reason to judge nothing. */
export function valueAt(values: readonly DatedValue[], zone: Zone, ms: number): number | null {
  if (values.length === 0) return null;
  if (values.length === 1) return values[0]!.value;
  const date = zone.date(ms);
  const sorted = values.toSorted((a, b) => (a.valid_from < b.valid_from ? -1 : 1));
  const inForce = sorted.findLast((row) => row.valid_from <= date && (row.valid_to === null || date < row.valid_to));
  return (inForce ?? sorted.findLast((row) => row.valid_from <= date) ?? sorted[0]!).value;
}
