import type { Quality } from '../../domain/quality.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { MeterInterval } from '../usage/usage-reader.ts';
import { cellAmounts, restOf, subItemAmounts, wholeOf, type CellAmounts } from './cell-amounts.ts';
import { loadPricing, mediumPrices, type CostDeps, type CostRange, type Pricing } from './cost-inputs.ts';
import { costOf } from './cost-of.ts';
import { periodsOf } from './institution-cost.ts';
import { meterPayers, type Payer } from './meter-payers.ts';
import { sumCosts, type PeriodCost } from './period-cost.ts';
import type { CellPrices } from './price-cells.ts';
import { usedBefore } from './used-before.ts';

/** A meter to be costed. */
export interface CostedMeter {
  id: string;
  medium: UsageMedium;
  /** What it counts is bought: no photovoltaics, nothing that is given to outside. */
  isBought: boolean;
  /** Of a virtual meter: whose it is. A meter's own are known by its shares. */
  institutionId?: string;
}

/** The cost of a meter, interval by interval without holes, and their sum. */
export interface MeterCost {
  rows: { cost: PeriodCost; quality: Quality }[];
  total: PeriodCost;
  assumedYears: number[];
}

/**
 * Costs a meter's usage over a range on boundaries of its step, by the tariff of the institution with the largest part
 * in it. Where tiers hold, an hour costs what it cost the institution on the average: the meter's part of that.
 */
export async function meterCost(deps: CostDeps, meter: CostedMeter, range: CostRange): Promise<MeterCost> {
  const pricing = await loadPricing(deps);
  const shown = await deps.usage.meterUsage(meter.id, range.fromMs, range.toMs, range.step);
  const periods = periodsOf(deps.zone, range);
  const payers = await payersOf(deps, meter, range);
  const costs: PeriodCost[][] = [];
  const assumed = new Set<number>();
  for (const payer of payers) {
    const paid = await costOfPayer(deps, pricing, { meter, range, payer, periods });
    costs.push(paid.costs);
    for (const year of paid.assumedYears) assumed.add(year);
  }
  const rows = shown.map(({ startMs, endMs, micro, quality }, index) => {
    const parts = costs.map((row) => row[index]!).filter((cost) => cost.micro !== null);
    return { cost: mergedCost(parts, { startMs, endMs, micro }, meter), quality };
  });
  const total = sumCosts(
    rows.map(({ cost }) => cost),
    { startMs: range.fromMs, endMs: range.toMs },
  );
  return { rows, total, assumedYears: [...assumed].sort((a, b) => a - b) };
}

async function payersOf(deps: CostDeps, meter: CostedMeter, { fromMs, toMs }: CostRange): Promise<Payer[]> {
  if (!meter.isBought) return [];
  if (meter.institutionId !== undefined) return [{ institution: meter.institutionId, fromMs, toMs }];
  return meterPayers(deps.db, deps.zone, meter.id, { fromMs, toMs });
}

function mergedCost(
  parts: readonly PeriodCost[],
  { startMs, endMs, micro }: Pick<MeterInterval, 'startMs' | 'endMs' | 'micro'>,
  meter: CostedMeter,
): PeriodCost {
  const wholeMs = endMs - startMs;
  const sum = { ...sumCosts(parts, { startMs, endMs }), wholeMs };
  if (!meter.isBought) return { ...sum, micro, reason: 'not-bought' };
  if (parts.length === 0) return { ...sum, micro, reason: micro === null ? 'missing' : 'no-tariff' };
  // Who paid for a part of the interval says nothing of the rest.
  const reason = sum.reason === 'no-tariff' ? sum.reason : sum.pricedMs < wholeMs ? 'missing' : null;
  return { ...sum, reason };
}

interface PaidInput {
  meter: CostedMeter;
  range: CostRange;
  payer: Payer;
  periods: Float64Array;
}

async function costOfPayer(
  deps: CostDeps,
  pricing: Pricing,
  { meter, range, payer, periods }: PaidInput,
): Promise<{ costs: PeriodCost[]; assumedYears: number[] }> {
  const { id, medium } = meter;
  const { institution, fromMs, toMs } = payer;
  const { prices, assumedYears } = mediumPrices(pricing, { institution, medium, range: { ...range, fromMs, toMs } });
  const { cells } = prices;
  const [firstMs, lastMs] = [cells.bounds[0]!, cells.bounds.at(-1)!];
  const own = await deps.usage.meterUsage(id, firstMs, lastMs, cells.step);
  const amounts = cellAmounts(
    cells,
    own.map(({ startMs, micro }) => ({ startMs, micro, missing: micro === null ? 1 : 0 })),
  );
  const series = prices.hasTiers
    ? [amounts, restOf(await wholeMedium(deps, institution, medium, prices), amounts)]
    : [amounts];
  const before = prices.hasTiers ? await usedBefore(deps, institution, medium, firstMs) : undefined;
  const [costs = []] = costOf({
    medium,
    prices,
    series,
    periods,
    ...(before === undefined ? {} : { usedBefore: before }),
  });
  return { costs, assumedYears };
}

async function wholeMedium(
  deps: CostDeps,
  institution: string,
  medium: UsageMedium,
  { cells }: CellPrices,
): Promise<CellAmounts> {
  const [firstMs, lastMs] = [cells.bounds[0]!, cells.bounds.at(-1)!];
  const intervals = await deps.usage.institutionUsage([institution], firstMs, lastMs, cells.step, medium);
  const series = [...subItemAmounts(cells, intervals).values()];
  return wholeOf(cells.bounds.length - 1, series);
}
