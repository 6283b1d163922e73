import type { CellAmounts } from './cell-amounts.ts';
import type { CellPrices } from './price-cells.ts';
import { divideByParts, tierParts } from './tier-parts.ts';

/** What a customer has used of the whole before the first cell, millionths. */
export interface UsedBefore {
  month: bigint;
  year: bigint;
}

/** A cell that lies across an edge: the steps that it has part in, and the amounts of each series in them. */
export interface DividedCell {
  tiers: readonly number[];
  /** By series, then by step. */
  amounts: readonly (readonly bigint[])[];
}

/** Which step of the tiers each cell lies in. */
export interface PlacedTiers {
  /** Index of the step; meaningless where the rate has no tiers. */
  tierOf: Uint8Array;
  divided: ReadonlyMap<number, DividedCell>;
}

/**
 * Finds the step of each cell, by what all series together have used since the month or the year began. An hour across
 * an edge is divided at the edge, and then between its series and quarter hours in proportion.
 */
export function placeTiers(
  { cells, rates, resets, blocks }: CellPrices,
  series: readonly CellAmounts[],
  { month, year }: UsedBefore,
): PlacedTiers {
  const count = cells.bounds.length - 1;
  const tierOf = new Uint8Array(count);
  const divided = new Map<number, DividedCell>();
  const used = { month, year };
  for (let first = 0, length = 1; first < count; first += length) {
    length = blocks[first]!;
    if (resets[first]! > 0) used.month = 0n;
    if (resets[first]! > 1) used.year = 0n;
    const whole = sumOfCells(series, first, length);
    const tiers = rates[first]?.tiers ?? null;
    if (tiers !== null) {
      const parts = tierParts(tiers, used[tiers.per], whole);
      const [{ tier }] = parts;
      if (parts.length > 1) for (const [cell, one] of divideBlock(series, first, length, parts)) divided.set(cell, one);
      else if (tier > 0) tierOf.fill(tier, first, first + length);
    }
    used.month += whole;
    used.year += whole;
  }
  return { tierOf, divided };
}

function sumOfCells(series: readonly CellAmounts[], first: number, length: number): bigint {
  let whole = 0n;
  for (const { micro } of series) {
    for (let cell = first; cell < first + length; cell++) whole += micro[cell]!;
  }
  return whole;
}

function divideBlock(
  series: readonly CellAmounts[],
  first: number,
  length: number,
  parts: ReturnType<typeof tierParts>,
): [number, DividedCell][] {
  // By series and then by time, so that a series has the same of the hour however the hour is divided.
  const amounts = series.flatMap(({ micro }) => Array.from(micro.subarray(first, first + length)));
  const rows = divideByParts(
    amounts,
    parts.map(({ micro }) => micro),
  );
  const tiers = parts.map(({ tier }) => tier);
  return Array.from({ length }, (_, cell) => [
    first + cell,
    { tiers, amounts: series.map((_one, index) => rows[index * length + cell]!) },
  ]);
}
