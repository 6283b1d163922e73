import type { Batch } from '../sort-out.ts';

/** The positions of messages whose readings carry no time of their own. */
export function undatedPositions({ undated, rows }: Pick<Batch, 'undated' | 'rows'>): number[] {
  return undated.map(({ from }) => rows[from]!.position);
}

/** Takes the readings out whose time could not be settled. */
export function withoutUndated(batch: Batch): void {
  const isUndated = new Set(
    batch.undated.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, n) => from + n)),
  );
  batch.rows = batch.rows.filter((_, index) => !isUndated.has(index));
  batch.origins = batch.origins.filter((_, index) => !isUndated.has(index));
  batch.undated = [];
}
