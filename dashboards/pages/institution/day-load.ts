import type { InstitutionUsageItem } from '../../../services/api/schemas/usage.ts';
import { totalByStart } from './total-by-start.ts';

/** A local day in steps: amounts per step and mean rates per hour, null where missing or not yet over. */
export interface DayLoad {
  /** `HH:mm` at which each step starts. */
  labels: string[];
  amounts: (number | null)[];
  rates: (number | null)[];
}

/** A day's usage as a load curve. */
export function dayLoad(items: InstitutionUsageItem[], step: '15m' | '1h', nowMs: number): DayLoad {
  const perHour = step === '15m' ? 4 : 1;
  const labels = Array.from({ length: 24 * perHour }, (_, index) => {
    const minutes = (index * 60) / perHour;
    return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  });
  const byLabel = new Map([...totalByStart(items, nowMs)].map(([start, value]) => [start.slice(11, 16), value]));
  const amounts = labels.map((label) => byLabel.get(label) ?? null);
  return { labels, amounts, rates: amounts.map((amount) => (amount === null ? null : amount * perHour)) };
}
