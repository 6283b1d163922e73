import { USAGE_MEDIA, type UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import { periodBounds } from '../usage/periods.ts';
import type { InstitutionInterval, QualityShares } from '../usage/usage-reader.ts';
import { knownMs, subItemAmounts, type CellAmounts } from './cell-amounts.ts';
import { createCells } from './cells.ts';
import {
  loadPricing,
  mediumPrices,
  type CostDeps,
  type CostRange,
  type MediumPrices,
  type Pricing,
} from './cost-inputs.ts';
import { costOf } from './cost-of.ts';
import { sumCosts, type PeriodCost } from './period-cost.ts';
import { usedBefore } from './used-before.ts';

/** What a sub-item ('' where none) costs in an interval. */
export interface SubItemCost {
  medium: UsageMedium;
  subItem: string;
  cost: PeriodCost;
  quality: QualityShares;
}

/** What a medium costs over the whole range. */
export interface MediumCost {
  medium: UsageMedium;
  cost: PeriodCost;
  /** Fixed parts of the months that begin within the range, 10⁻¹² yuan; null where no tariff has one. */
  fixedPico: bigint | null;
}

/** The cost of an institution, made when it is asked for: of the usage, tariffs and coefficients as they stand. */
export interface InstitutionCost {
  /** By (medium, sub-item, start): the intervals that the usage has. */
  rows: SubItemCost[];
  totals: MediumCost[];
  /** Years whose working days a tariff asked for and nobody has published or entered. */
  assumedYears: number[];
}

/** Costs an institution's usage over a range on boundaries of its step; one medium, or all that it uses. */
export async function institutionCost(
  deps: CostDeps,
  institution: string,
  range: CostRange,
  medium?: UsageMedium,
): Promise<InstitutionCost> {
  return costWith(deps, await loadPricing(deps), institution, range, medium);
}

/** As {@link institutionCost}, with what has been read of the prices before: for many institutions on end. */
export async function costWith(
  deps: CostDeps,
  pricing: Pricing,
  institution: string,
  range: CostRange,
  medium?: UsageMedium,
): Promise<InstitutionCost> {
  const intervals = await deps.usage.institutionUsage([institution], range.fromMs, range.toMs, range.step, medium);
  const used = new Set(intervals.map((interval) => interval.medium));
  const media = medium === undefined ? USAGE_MEDIA.filter((one) => used.has(one)) : [medium];
  const answer: InstitutionCost = { rows: [], totals: [], assumedYears: [] };
  for (const one of media) {
    const priced = mediumPrices(pricing, { institution, medium: one, range });
    const shown = intervals.filter((interval) => interval.medium === one);
    const { rows, cost } = await mediumCost(deps, { institution, medium: one, range, priced, shown });
    answer.rows.push(...rows);
    answer.totals.push({ medium: one, cost, fixedPico: priced.fixedPico });
    answer.assumedYears.push(...priced.assumedYears.filter((year) => !answer.assumedYears.includes(year)));
  }
  answer.assumedYears.sort((a, b) => a - b);
  return answer;
}

interface MediumInput {
  institution: string;
  medium: UsageMedium;
  range: CostRange;
  priced: MediumPrices;
  /** The intervals of the answer. */
  shown: readonly InstitutionInterval[];
}

async function mediumCost(
  deps: CostDeps,
  { institution, medium, range, priced, shown }: MediumInput,
): Promise<{ rows: SubItemCost[]; cost: PeriodCost }> {
  const { prices } = priced;
  const { cells } = prices;
  const [fromMs, toMs] = [cells.bounds[0]!, cells.bounds.at(-1)!];
  const isShown = cells.step === range.step && fromMs === range.fromMs && toMs === range.toMs;
  const intervals = isShown
    ? shown
    : await deps.usage.institutionUsage([institution], fromMs, toMs, cells.step, medium);
  const subItems = subItemAmounts(cells, intervals);
  const series = [...subItems.values()];
  const before = prices.hasTiers ? await usedBefore(deps, institution, medium, fromMs) : undefined;
  const periods = periodsOf(deps.zone, range);
  const costs = costOf({ medium, prices, series, periods, ...(before === undefined ? {} : { usedBefore: before }) });

  const indexOf = new Map(Array.from(periods, (startMs, index) => [startMs, index]));
  const costsOf = new Map([...subItems.keys()].map((subItem, index) => [subItem, costs[index]!]));
  const rows = shown.flatMap(({ subItem, startMs, quality }) => {
    const cost = costsOf.get(subItem)?.[indexOf.get(startMs) ?? -1];
    return cost === undefined ? [] : [{ medium, subItem, cost, quality }];
  });
  return { rows, cost: totalOf(rows, series, prices, range) };
}

/** The sum of what is shown. Sub-items that come and go do not make it less known: each instant has those of its time. */
function totalOf(
  rows: readonly SubItemCost[],
  series: readonly CellAmounts[],
  { cells, rates }: MediumPrices['prices'],
  { fromMs, toMs }: CostRange,
): PeriodCost {
  const sum = sumCosts(
    rows.map(({ cost }) => cost),
    { startMs: fromMs, endMs: toMs },
  );
  const isPriced = (cell: number): boolean =>
    rates[cell] !== undefined && cells.bounds[cell]! >= fromMs && cells.bounds[cell]! < toMs;
  const pricedMs = knownMs(cells, series, isPriced);
  const wholeMs = toMs - fromMs;
  return { ...sum, pricedMs, wholeMs, reason: sum.reason ?? (wholeMs - pricedMs < 1 ? null : 'missing') };
}

/** The bounds of the intervals that a range is answered in. */
export function periodsOf(zone: Zone, { fromMs, toMs, step }: CostRange): Float64Array {
  if (step !== '1mo') return createCells(zone, fromMs, toMs, step).bounds;
  return Float64Array.from(periodBounds(zone, 'month', fromMs, toMs));
}
