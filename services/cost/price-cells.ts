import type { CoefficientSet } from '../../domain/coefficient.ts';
import type { Cells, CellStep } from './cells.ts';
import type { CompiledVersion } from './compile-version.ts';
import type { CellFactors } from './period-cost.ts';
import type { Rate } from './rate.ts';

/** What cells are priced with. */
export interface CellPrices {
  cells: Cells;
  /** The rate of each cell; undefined where no tariff holds. */
  rates: readonly (Rate | undefined)[];
  /** The coefficient set of each cell. */
  factors: readonly CellFactors[];
  /** How many cells from each on are divided at a tier's edge as one: the quarters of an hour. */
  blocks: Uint8Array;
  /** 1 where a month begins with the cell, 2 where a year does. */
  resets: Uint8Array;
  hasTiers: boolean;
}

/** What holds on a date. */
export interface DatedPrices {
  versionOn: (date: string) => CompiledVersion | undefined;
  isWorkday: (date: string) => boolean;
  coefficientsOn: (date: string) => CoefficientSet;
}

/** Finds the rate and the coefficients of each cell. */
export function priceCells(cells: Cells, { versionOn, isWorkday, coefficientsOn }: DatedPrices): CellPrices {
  const count = cells.bounds.length - 1;
  const rates: (Rate | undefined)[] = [];
  const factors: CellFactors[] = [];
  const blocks = new Uint8Array(count).fill(1);
  const resets = new Uint8Array(count);
  let hasTiers = false;
  let inForce: CellFactors | undefined;
  for (const day of cells.days) {
    const { date, month, firstCell, endCell } = day;
    const version = versionOn(date);
    const rateOf = version?.ratesOfDay(month, version.asksWorkdays ? isWorkday(date) : true);
    const set = coefficientsOn(date);
    if (inForce?.set.id !== set.id) inForce = { set, ids: [set.id] };
    hasTiers ||= version?.hasTiers === true;
    for (let cell = firstCell; cell < endCell; cell++) {
      const quarter = day.quarterOf(cells.bounds[cell]!);
      rates.push(rateOf?.[quarter]);
      factors.push(inForce);
      if (cells.step === '15m' && version?.grid === 'hour') blocks[cell] = Math.min(4 - (quarter % 4), endCell - cell);
    }
    if (day.isFirstOfMonth && cells.bounds[firstCell] === day.startMs) resets[firstCell] = month === 1 ? 2 : 1;
  }
  return { cells, rates, factors, blocks, resets, hasTiers };
}

const GRIDS = ['day', 'hour', 'quarter'] as const;
const CELL_STEPS: Record<(typeof GRIDS)[number], CellStep> = { day: '1d', hour: '1h', quarter: '15m' };

/** The coarsest cells by which versions can be priced, and the intervals of `step` made of them. */
export function cellStepOf(versions: Iterable<CompiledVersion>, step: CellStep | '1mo'): CellStep {
  let finest = step === '15m' ? 2 : step === '1h' ? 1 : 0;
  for (const { grid } of versions) finest = Math.max(finest, GRIDS.indexOf(grid));
  return CELL_STEPS[GRIDS[finest]!];
}
