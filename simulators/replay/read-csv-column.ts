import { readFile } from 'node:fs/promises';

import { PlatformError } from '../../domain/errors.ts';
import { createZone, type Zone } from '../../domain/zone.ts';

/** A row of recorded data. */
export interface CsvRow {
  /** Start of the hour that the row stands for. */
  startMs: number;
  /** Amount of that hour; undefined where the cell is empty or no number. */
  amount: number | undefined;
}

/**
 * Reads a column (by its heading, or by its index, the first being 0) of a CSV file whose first column holds local
 * times without offset in `zone`. Rows come out in time order. Throws PlatformError `bad-request` where the column is
 * not there or a time cannot be read.
 */
export async function readCsvColumn(file: string, column: string | number, zone = 'Asia/Shanghai'): Promise<CsvRow[]> {
  const calendar = createZone(zone);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new PlatformError('bad-request', `cannot read ${file}`, { cause });
  });
  const [heading = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const index = columnIndex(cellsOf(heading.replace(/^\uFEFF/, '')), column);
  const rows = lines.map((line, at): CsvRow => {
    const cells = cellsOf(line);
    const startMs = instantOf(cells[0] ?? '', calendar);
    if (startMs === undefined)
      throw new PlatformError('bad-request', `${file}, line ${at + 2}: no time in "${cells[0]}"`);
    const cell = (cells[index] ?? '').trim();
    const amount = Number(cell);
    return { startMs, amount: cell === '' || !Number.isFinite(amount) ? undefined : amount };
  });
  return rows.sort((a, b) => a.startMs - b.startMs);
}

function columnIndex(headings: readonly string[], column: string | number): number {
  const byName = headings.findIndex((heading) => heading.trim() === column);
  const index = byName >= 0 ? byName : Number(column);
  if (Number.isInteger(index) && index > 0 && index < headings.length) return index;
  throw new PlatformError('bad-request', `no column "${column}"; there are ${headings.slice(1).join(', ')}`);
}

/** Cells of a line; a quoted one may hold commas and doubled quotes. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  );
}

function instantOf(cell: string, calendar: Zone): number | undefined {
  const parts = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::\d{2})?)?$/.exec(cell.trim());
  if (parts === null) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts.slice(1).map((part) => Number(part ?? 0));
  return calendar.at(year, month, day, hour) + minute * 60_000;
}
