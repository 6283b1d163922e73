import type { InstitutionInterval } from '../usage/usage-reader.ts';
import type { Cells } from './cells.ts';

/** The amounts of a meter or sub-item, cell by cell. */
export interface CellAmounts {
  /** Millionths of the canonical unit; 0 where missing. */
  micro: BigInt64Array;
  /** Share of the (meter-)time that is known, 0 to 1; 0: missing, below 0: there is nothing here that could be known. */
  known: Float64Array;
}

/** An interval of usage, as the usage reader gives it. */
export interface AmountRow {
  startMs: number;
  /** Millionths; null where missing. */
  micro: bigint | null;
  /** Share of the (meter-)time that is missing, 0 to 1. */
  missing: number;
}

/** Puts intervals into their cells, by start; a cell without one has nothing that could be known. */
export function cellAmounts({ bounds }: Cells, rows: readonly AmountRow[]): CellAmounts {
  const count = bounds.length - 1;
  const micro = new BigInt64Array(count);
  const known = new Float64Array(count).fill(-1);
  let cell = 0;
  for (const row of rows) {
    while (cell < count && bounds[cell]! < row.startMs) cell++;
    if (cell >= count || bounds[cell] !== row.startMs) continue;
    micro[cell] = row.micro ?? 0n;
    known[cell] = row.micro === null ? 0 : 1 - row.missing;
  }
  return { micro, known };
}

/** The amounts of each sub-item, by the intervals of one institution and medium. */
export function subItemAmounts(cells: Cells, intervals: readonly InstitutionInterval[]): Map<string, CellAmounts> {
  const groups = new Map<string, AmountRow[]>();
  for (const { subItem, startMs, micro, quality } of intervals) {
    const row = { startMs, micro, missing: quality.missing };
    const group = groups.get(subItem);
    if (group === undefined) groups.set(subItem, [row]);
    else group.push(row);
  }
  return new Map([...groups].map(([subItem, rows]) => [subItem, cellAmounts(cells, rows)]));
}

/** What is left of a whole when a part is taken off it, cell by cell; known where the whole is. */
export function restOf(whole: CellAmounts, part: CellAmounts): CellAmounts {
  return { micro: whole.micro.map((micro, cell) => micro - part.micro[cell]!), known: whole.known };
}

/** The sum of several series; known where one of them is. */
export function wholeOf(count: number, series: readonly CellAmounts[]): CellAmounts {
  const micro = new BigInt64Array(count);
  const known = new Float64Array(count).fill(-1);
  for (const one of series) {
    for (let cell = 0; cell < count; cell++) {
      micro[cell] = micro[cell]! + one.micro[cell]!;
      known[cell] = Math.max(known[cell]!, one.known[cell]!);
    }
  }
  return { micro, known };
}

/** Milliseconds of [0, count) cells that are known, as the mean of the series that could be: none where there are none. */
export function knownMs(
  { bounds }: Cells,
  series: readonly CellAmounts[],
  isPriced: (cell: number) => boolean,
): number {
  let sum = 0;
  for (let cell = 0; cell + 1 < bounds.length; cell++) {
    if (!isPriced(cell)) continue;
    const shares = series.flatMap(({ known }) => (known[cell]! < 0 ? [] : [known[cell]!]));
    if (shares.length === 0) continue;
    sum += ((bounds[cell + 1]! - bounds[cell]!) * shares.reduce((total, share) => total + share, 0)) / shares.length;
  }
  return sum;
}
