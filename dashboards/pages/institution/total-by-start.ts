import { wallTimeOf } from '../../api-client/local-date.ts';
import type { InstitutionUsageItem } from '../../../services/api/schemas/usage.ts';

/**
 * Usage of all sub-items together by the wall time at which each interval starts. An interval in which one sub-item is
 * missing is missing as a whole: a part of the sum would look like a fall in use. A sub-item without any value in the
 * range takes no part. Intervals that end after `nowMs` still run and are left out.
 */
export function totalByStart(items: InstitutionUsageItem[], nowMs: number): Map<string, number | null> {
  const alive = new Set(items.filter(({ value }) => value !== null).map(({ subItem }) => subItem));
  const totals = new Map<string, number | null>();
  for (const { start, end, subItem, value } of items) {
    if (!alive.has(subItem) || Date.parse(end) > nowMs) continue;
    const key = wallTimeOf(start);
    const sum = totals.get(key);
    totals.set(key, value === null || sum === null ? null : (sum ?? 0) + value);
  }
  return totals;
}
