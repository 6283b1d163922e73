import type { CoefficientSet } from '../../domain/coefficient.ts';
import { fromMicro, MICRO } from '../../domain/micro.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import { TARIFF_PERIODS, type TariffPeriod } from '../../domain/tariff.ts';
import type { CostReason } from '../api/schemas/cost.ts';
import type { Rate, TariffRef } from './rate.ts';

/** What one period of a time-of-use tariff has of a cost. */
export interface PeriodPart {
  period: TariffPeriod;
  micro: bigint;
  picoYuan: bigint;
}

/** What an interval, or a sum of intervals, costs. */
export interface PeriodCost {
  startMs: number;
  endMs: number;
  /** Millionths of the canonical unit; null where missing. */
  micro: bigint | null;
  /** 10⁻¹² yuan, exact: amounts and prices are both counted in millionths. Null where nothing could be priced. */
  picoYuan: bigint | null;
  reason: CostReason | null;
  /** Milliseconds of the interval whose amount is known and priced, and of which there could be. */
  pricedMs: number;
  wholeMs: number;
  /** By the order of {@link TARIFF_PERIODS}; null where no tariff with periods priced any. */
  byPeriod: PeriodPart[] | null;
  kgce: number | null;
  co2Kg: number | null;
  tariffs: readonly TariffRef[];
  coefficientSets: readonly string[];
}

/** The coefficient set of an interval, and the list of its id that periods share. */
export interface CellFactors {
  set: CoefficientSet;
  ids: readonly string[];
}

/** Where the intervals of a period are summed until it is whole. Most periods have one set and one price: no list. */
export interface PeriodSum {
  unpriced: boolean;
  pricedMs: number;
  /** The first coefficient set and what counts by it; undefined where nothing is known. */
  factors: CellFactors | undefined;
  micro: bigint;
  otherFactors: { factors: CellFactors; micro: bigint }[] | undefined;
  /** The first rate and step, and what counts at it; undefined where nothing is priced. */
  rate: Rate | undefined;
  tier: number;
  pricedMicro: bigint;
  otherPrices: { rate: Rate; tier: number; micro: bigint }[] | undefined;
}

/** A sum of nothing. */
export function newPeriodSum(): PeriodSum {
  return {
    unpriced: false,
    pricedMs: 0,
    factors: undefined,
    micro: 0n,
    otherFactors: undefined,
    rate: undefined,
    tier: 0,
    pricedMicro: 0n,
    otherPrices: undefined,
  };
}

/** Makes a sum one of nothing again. */
export function clearPeriod(sum: PeriodSum): void {
  sum.unpriced = false;
  sum.pricedMs = 0;
  sum.factors = undefined;
  sum.otherFactors = undefined;
  sum.rate = undefined;
  sum.otherPrices = undefined;
}

/** Adds an amount to be counted at a rate and tier. */
export function addPriced(sum: PeriodSum, rate: Rate, tier: number, micro: bigint): void {
  if (sum.rate === undefined) {
    sum.rate = rate;
    sum.tier = tier;
    sum.pricedMicro = micro;
  } else if (sum.rate === rate && sum.tier === tier) sum.pricedMicro += micro;
  else {
    const known = sum.otherPrices?.find((other) => other.rate === rate && other.tier === tier);
    if (known === undefined) (sum.otherPrices ??= []).push({ rate, tier, micro });
    else known.micro += micro;
  }
}

/** Adds an amount to be counted by a coefficient set. */
export function addFactored(sum: PeriodSum, factors: CellFactors, micro: bigint): void {
  if (sum.factors === undefined) {
    sum.factors = factors;
    sum.micro = micro;
  } else if (sum.factors === factors) sum.micro += micro;
  else {
    const known = sum.otherFactors?.find((other) => other.factors === factors);
    if (known === undefined) (sum.otherFactors ??= []).push({ factors, micro });
    else known.micro += micro;
  }
}

/** What a sum costs: each amount × its price, in integers. */
export function finishPeriod(sum: PeriodSum, medium: UsageMedium, startMs: number, endMs: number): PeriodCost {
  const cost = unknown(startMs, endMs, endMs - startMs);
  if (sum.factors === undefined) return cost;
  cost.pricedMs = sum.pricedMs;
  cost.reason = sum.unpriced ? 'no-tariff' : sum.pricedMs < cost.wholeMs ? 'missing' : null;
  addAmount(cost, sum.factors, sum.micro, medium);
  for (const { factors, micro } of sum.otherFactors ?? NONE) addAmount(cost, factors, micro, medium);
  if (sum.rate !== undefined) addCost(cost, sum.rate, sum.tier, sum.pricedMicro);
  for (const { rate, tier, micro } of sum.otherPrices ?? NONE) addCost(cost, rate, tier, micro);
  return cost;
}

function addAmount(cost: PeriodCost, { set, ids }: CellFactors, micro: bigint, medium: UsageMedium): void {
  const units = unitsOf(micro);
  cost.micro = cost.micro === null ? micro : cost.micro + micro;
  cost.kgce = (cost.kgce ?? 0) + units * set.kgcePer[medium];
  cost.co2Kg = (cost.co2Kg ?? 0) + units * set.co2KgPer[medium];
  cost.coefficientSets = union(cost.coefficientSets, ids);
}

function addCost(cost: PeriodCost, rate: Rate, tier: number, micro: bigint): void {
  const price = rate.tiers === null ? rate.priceMicro : rate.priceMicro + rate.tiers.prices[tier]!;
  const picoYuan = micro * price;
  cost.picoYuan = cost.picoYuan === null ? picoYuan : cost.picoYuan + picoYuan;
  if (rate.period !== null) addPart((cost.byPeriod ??= []), { period: rate.period, micro, picoYuan });
  cost.tariffs = union(cost.tariffs, rate.tariffs);
}

// Most periods have one of them, which is shared.
function union<T>(all: readonly T[], more: readonly T[]): readonly T[] {
  if (all.length === 0) return more;
  const added = more.filter((one) => !all.includes(one));
  return added.length === 0 ? all : [...all, ...added];
}

const NONE: readonly never[] = [];

// Written out: there are as many as intervals, and all are of one shape.
function unknown(startMs: number, endMs: number, wholeMs: number): PeriodCost {
  return {
    startMs,
    endMs,
    micro: null,
    picoYuan: null,
    reason: 'missing',
    pricedMs: 0,
    wholeMs,
    byPeriod: null,
    kgce: null,
    co2Kg: null,
    tariffs: NONE,
    coefficientSets: NONE,
  };
}

/** The sum of costs, exact; of nothing, one that nothing is known of. `wholeMs` adds up: give it anew where costs stand beside each other. */
export function sumCosts(
  costs: readonly PeriodCost[],
  { startMs, endMs }: { startMs: number; endMs: number },
): PeriodCost {
  const sum = unknown(startMs, endMs, 0);
  if (costs.length > 0) sum.reason = null;
  for (const cost of costs) {
    sum.wholeMs += cost.wholeMs;
    sum.pricedMs += cost.pricedMs;
    sum.reason = worse(sum.reason, cost.reason);
    if (cost.micro === null) continue;
    sum.micro = (sum.micro ?? 0n) + cost.micro;
    sum.kgce = (sum.kgce ?? 0) + (cost.kgce ?? 0);
    sum.co2Kg = (sum.co2Kg ?? 0) + (cost.co2Kg ?? 0);
    sum.coefficientSets = union(sum.coefficientSets, cost.coefficientSets);
    if (cost.picoYuan === null) continue;
    sum.picoYuan = (sum.picoYuan ?? 0n) + cost.picoYuan;
    sum.tariffs = union(sum.tariffs, cost.tariffs);
    if (cost.byPeriod === null) continue;
    sum.byPeriod ??= [];
    for (const part of cost.byPeriod) addPart(sum.byPeriod, part);
  }
  return sum;
}

const REASONS = [null, 'missing', 'no-tariff', 'not-bought'] as const;

function worse(a: CostReason | null, b: CostReason | null): CostReason | null {
  return REASONS.indexOf(a) >= REASONS.indexOf(b) ? a : b;
}

function addPart(parts: PeriodPart[], { period, micro, picoYuan }: PeriodPart): void {
  const known = parts.find((part) => part.period === period);
  if (known === undefined) {
    parts.push({ period, micro, picoYuan });
    if (parts.length > 1) parts.sort((a, b) => TARIFF_PERIODS.indexOf(a.period) - TARIFF_PERIODS.indexOf(b.period));
    return;
  }
  known.micro += micro;
  known.picoYuan += picoYuan;
}

/** As fromMicro; quick where a double holds the count. */
function unitsOf(micro: bigint): number {
  const count = Number(micro);
  return Number.isSafeInteger(count) ? count / MICRO : fromMicro(micro);
}
