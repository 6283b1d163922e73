import type { CostTotal, InstitutionCostItem, MeterCostItem } from '../../../services/api/schemas/cost.ts';
import { localDateOf } from '../../api-client/local-date.ts';

/** What of a cost is drawn. */
export type CostMeasure = 'money' | 'kgce' | 'co2';

/** An item of cost, of a meter or of an institution's medium. */
export type CostItem = Omit<MeterCostItem, 'quality'> & Partial<Pick<InstitutionCostItem, 'medium'>>;

/** A year of cost, as the API tells it of a meter or of an institution. */
export interface YearCost {
  items: CostItem[];
  totals: CostTotal[];
  assumedYears: number[];
}

type Costed = Pick<MeterCostItem, 'cost' | 'kgce' | 'co2Kg'>;

const PERIODS = ['sharp', 'peak', 'flat', 'valley', 'deep'] as const;
export type TariffPeriodName = (typeof PERIODS)[number];

/** A year's cost: twelve months [from, to) by step of a month. */
export function yearRange(year: number): { from: string; to: string; step: '1mo' } {
  return { from: `${year}-01-01T00:00:00+08:00`, to: `${year + 1}-01-01T00:00:00+08:00`, step: '1mo' };
}

/** A measure of an item; null where it is not known. */
export function measureOf(item: Costed, measure: CostMeasure): number | null {
  if (measure === 'money') return item.cost === null ? null : Number(item.cost);
  return measure === 'kgce' ? item.kgce : item.co2Kg;
}

/** The sum of a measure in each of the months, over the items that fit; null in a month in which none is known. */
export function byMonth<T extends Pick<MeterCostItem, 'start'>>(
  items: readonly T[],
  valueOf: (item: T) => number | null,
): (number | null)[] {
  const months = Array.from({ length: 12 }, (): number | null => null);
  for (const item of items) {
    const value = valueOf(item);
    const month = Number(localDateOf(item.start).slice(5, 7)) - 1;
    if (value !== null) months[month] = (months[month] ?? 0) + value;
  }
  return months;
}

/** The periods of the day that occur in a cost, in their order. */
export function periodsIn(items: readonly Pick<MeterCostItem, 'byPeriod'>[]): TariffPeriodName[] {
  const found = new Set(items.flatMap(({ byPeriod }) => byPeriod?.map(({ period }) => period) ?? []));
  return PERIODS.filter((period) => found.has(period));
}

/** Amounts of money as decimal text, added without rounding; null where there is none. */
export function sumYuan(amounts: readonly (string | null)[]): string | null {
  const known = amounts.filter((amount) => amount !== null);
  if (known.length === 0) return null;
  const places = Math.max(0, ...known.map((amount) => amount.split('.')[1]?.length ?? 0));
  const sum = known.reduce((total, amount) => {
    const [whole = '0', fraction = ''] = amount.split('.');
    return total + BigInt(whole + fraction.padEnd(places, '0'));
  }, 0n);
  const sign = sum < 0n ? '-' : '';
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0');
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Why the cost of the months that are over is too low: what of it could not be priced; undefined where all is. */
export function incompleteReason(
  items: readonly Pick<MeterCostItem, 'end' | 'reason' | 'value'>[],
  nowMs: number,
): 'missing' | 'no-tariff' | undefined {
  for (const { end, reason } of items) {
    if (Date.parse(end) <= nowMs && (reason === 'missing' || reason === 'no-tariff')) return reason;
  }
  return undefined;
}

/** The share of the time that is over and priced, of the items; undefined where none is over. */
export function pricedShare(
  items: readonly Pick<MeterCostItem, 'start' | 'end' | 'coverage'>[],
  nowMs: number,
): number | undefined {
  let priced = 0;
  let all = 0;
  for (const { start, end, coverage } of items) {
    const ms = Date.parse(end) - Date.parse(start);
    if (Date.parse(end) > nowMs) continue;
    priced += ms * coverage;
    all += ms;
  }
  return all === 0 ? undefined : priced / all;
}
