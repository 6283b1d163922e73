import type { UsageMedium } from '../../domain/quantity.ts';
import type { CellAmounts } from './cell-amounts.ts';
import { addFactored, addPriced, clearPeriod, finishPeriod, newPeriodSum, type PeriodCost } from './period-cost.ts';
import { placeTiers, type DividedCell, type PlacedTiers, type UsedBefore } from './place-tiers.ts';
import type { CellPrices } from './price-cells.ts';

/** What {@link costOf} works on. */
export interface CostInput {
  medium: UsageMedium;
  prices: CellPrices;
  /** All that one customer uses of the medium: tiers count the sum of them, in the order of time. */
  series: readonly CellAmounts[];
  /** Left out: nothing. */
  usedBefore?: UsedBefore;
  /** Bounds of the periods wanted, on bounds of cells: n + 1 for n periods. */
  periods: ArrayLike<number>;
}

/**
 * What each series costs in each period. Exact: costs are amounts × prices in integers, an hour (a quarter hour, where
 * prices change within the hour) across a tier's edge is divided at the edge and then between the series in proportion,
 * so that the costs of any division of a period sum to its cost. What is missing costs null, and counts for no tier.
 */
export function costOf({ medium, prices, series, usedBefore, periods }: CostInput): PeriodCost[][] {
  const placed = prices.hasTiers ? placeTiers(prices, series, usedBefore ?? { month: 0n, year: 0n }) : UNPLACED;
  return series.map((amounts, index) => costOfSeries({ medium, prices, periods, placed, amounts, index }));
}

const UNPLACED: PlacedTiers = { tierOf: new Uint8Array(0), divided: new Map<number, DividedCell>() };

interface SeriesInput extends Pick<CostInput, 'medium' | 'prices' | 'periods'> {
  placed: PlacedTiers;
  amounts: CellAmounts;
  index: number;
}

function costOfSeries({ medium, prices, periods, placed, amounts, index }: SeriesInput): PeriodCost[] {
  const { rates, factors } = prices;
  const { bounds } = prices.cells;
  const { micro, known } = amounts;
  const count = bounds.length - 1;
  const sum = newPeriodSum();

  function addCell(cell: number): void {
    const share = known[cell]!;
    if (share <= 0) return;
    const amount = micro[cell]!;
    addFactored(sum, factors[cell]!, amount);
    const rate = rates[cell];
    if (rate === undefined) {
      sum.unpriced = true;
      return;
    }
    sum.pricedMs += share * (bounds[cell + 1]! - bounds[cell]!);
    const divided = rate.tiers === null ? undefined : placed.divided.get(cell);
    if (divided === undefined) {
      addPriced(sum, rate, rate.tiers === null ? 0 : placed.tierOf[cell]!, amount);
      return;
    }
    for (const [part, amountInTier] of divided.amounts[index]!.entries()) {
      if (amountInTier !== 0n || part === 0) addPriced(sum, rate, divided.tiers[part]!, amountInTier);
    }
  }

  const costs: PeriodCost[] = [];
  let cell = 0;
  for (let period = 0; period + 1 < periods.length; period++) {
    const startMs = periods[period]!;
    const endMs = periods[period + 1]!;
    while (cell < count && bounds[cell]! < startMs) cell++;
    clearPeriod(sum);
    for (; cell < count && bounds[cell]! < endMs; cell++) addCell(cell);
    costs.push(finishPeriod(sum, medium, startMs, endMs));
  }
  return costs;
}
