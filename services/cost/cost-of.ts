import type { UsageMedium } from '../../domain/quantity.ts';
import { addFactored, addPriced, finishPeriod, newPeriodSum, type PeriodCost, type PeriodSum } from './period-cost.ts';
import type { CellPrices } from './price-cells.ts';
import type { Rate } from './rate.ts';
import { divideByParts, tierParts, type TierPart } from './tier-parts.ts';

/** The amounts of a meter or sub-item, cell by cell. */
export interface CellAmounts {
  /** Millionths of the canonical unit; 0 where missing. */
  micro: BigInt64Array;
  /** Share of the (meter-)time that is known, 0 to 1; 0: missing, below 0: there is nothing here that could be known. */
  known: Float64Array;
}

/** What has been used of the whole before the first cell, millionths. */
export interface UsedBefore {
  month: bigint;
  year: bigint;
}

/** What {@link costOf} works on. */
export interface CostInput {
  medium: UsageMedium;
  prices: CellPrices;
  /** All that one customer uses of the medium: tiers count the sum of them, in the order of time. */
  series: readonly CellAmounts[];
  /** Left out: nothing. */
  usedBefore?: UsedBefore;
  /** Bounds of the periods wanted, on bounds of cells, within them: n + 1 for n periods. */
  periods: ArrayLike<number>;
}

/**
 * What each series costs in each period. Exact: costs are amounts × prices in integers, an hour (a quarter hour, where
 * prices change within the hour) across a tier's edge is divided at the edge and then between the series in proportion,
 * so that the costs of any division of a period sum to its cost. What is missing costs null, and counts for no tier.
 */
export function costOf({ medium, prices, series, usedBefore, periods }: CostInput): PeriodCost[][] {
  const { cells, rates, factors, resets, blocks, hasTiers } = prices;
  const { bounds } = cells;
  const count = bounds.length - 1;
  const inPeriod = periodOfCells(bounds, periods);
  const sums = series.map(() => new Array<PeriodSum | undefined>(periods.length - 1));
  const used: UsedBefore = { month: usedBefore?.month ?? 0n, year: usedBefore?.year ?? 0n };

  const sumAt = (index: number, cell: number): PeriodSum | undefined => {
    const period = inPeriod[cell]!;
    return period < 0 ? undefined : (sums[index]![period] ??= newPeriodSum());
  };

  function noteCell(index: number, cell: number, rate: Rate | undefined): PeriodSum | undefined {
    const { micro, known } = series[index]!;
    const share = known[cell]!;
    const sum = sumAt(index, cell);
    if (sum === undefined) return undefined;
    if (share < 1) sum.missing = true;
    if (share <= 0) return undefined;
    addFactored(sum, factors[cell]!, micro[cell]!);
    if (rate === undefined) {
      sum.unpriced = true;
      return undefined;
    }
    sum.pricedMs += share * (bounds[cell + 1]! - bounds[cell]!);
    return sum;
  }

  function addWhole(first: number, length: number, tier: number): void {
    for (let index = 0; index < series.length; index++) {
      for (let cell = first; cell < first + length; cell++) {
        const sum = noteCell(index, cell, rates[cell]);
        if (sum !== undefined) addPriced(sum, rates[cell]!, tier, series[index]!.micro[cell]!);
      }
    }
  }

  function addDivided(first: number, length: number, parts: readonly TierPart[]): void {
    const amounts = series.flatMap(({ micro }) => Array.from(micro.subarray(first, first + length)));
    const divided = divideByParts(
      amounts,
      parts.map(({ micro }) => micro),
    );
    for (const [row, amountsByPart] of divided.entries()) {
      const cell = first + (row % length);
      const sum = noteCell(Math.floor(row / length), cell, rates[cell]);
      if (sum === undefined) continue;
      for (const [part, micro] of amountsByPart.entries()) {
        if (micro !== 0n) addPriced(sum, rates[cell]!, parts[part]!.tier, micro);
      }
    }
  }

  function sumOfCells(first: number, length: number): bigint {
    let whole = 0n;
    for (const { micro } of series) {
      for (let cell = first; cell < first + length; cell++) whole += micro[cell]!;
    }
    return whole;
  }

  for (let cell = 0, length = 1; cell < count; cell += length) {
    if (resets[cell]! > 0) used.month = 0n;
    if (resets[cell]! > 1) used.year = 0n;
    length = blocks[cell]!;
    const tiers = rates[cell]?.tiers ?? null;
    const whole = hasTiers ? sumOfCells(cell, length) : 0n;
    const parts = tiers === null ? undefined : tierParts(tiers, used[tiers.per], whole);
    if (parts === undefined || parts.length === 1) addWhole(cell, length, parts?.[0]!.tier ?? 0);
    else addDivided(cell, length, parts);
    used.month += whole;
    used.year += whole;
  }
  return sums.map((row) =>
    Array.from({ length: periods.length - 1 }, (_, index) =>
      finishPeriod(row[index], medium, { startMs: periods[index]!, endMs: periods[index + 1]! }),
    ),
  );
}

/** Which period each cell lies in; -1: in none. */
function periodOfCells(bounds: Float64Array, periods: ArrayLike<number>): Int32Array {
  const found = new Int32Array(bounds.length - 1).fill(-1);
  let period = 0;
  for (let cell = 0; cell < found.length; cell++) {
    const start = bounds[cell]!;
    while (period < periods.length - 1 && periods[period + 1]! <= start) period++;
    if (period < periods.length - 1 && periods[period]! <= start) found[cell] = period;
  }
  return found;
}
