import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import { exportRows } from './out/export-rows.ts';
import { explanationRows, NOTES_NAME } from './out/explain-sheets.ts';
import { sampleRow } from './out/sample-row.ts';
import { writeArchive } from './out/write-archive.ts';
import { BOM, csvRow } from './out/write-csv.ts';
import { writeWorkbook } from './out/write-workbook.ts';
import { loadRegions, loadRegistry } from './plan/registry-state.ts';
import type { RegionNames } from './cells/region-names.ts';
import { SHEETS, sheetOf } from './sheets/all-sheets.ts';
import type { Language, SheetId, SheetSpec } from './sheets/column-spec.ts';

/** What to write: all sheets as a workbook or as an archive of CSV files, or one sheet as CSV. */
export interface ExchangeFile {
  format: 'xlsx' | 'csv';
  language: Language;
  /** One sheet alone; of a workbook all are written. */
  sheet?: SheetId | undefined;
}

type Rows = (sheet: SheetSpec) => Iterable<(string | number | null)[]>;

/** Writes the registry to a file, as an import takes it back without a change. */
export async function exportRegistry(db: Kysely<Database>, file: string, what: ExchangeFile): Promise<void> {
  const state = await loadRegistry(db);
  await write(file, what, state.regions, ({ id }) => exportRows(state, id, what.language));
}

/** Writes an empty workbook or CSV to a file: headings, a sample row that is not imported, and the explanation. */
export async function writeTemplate(db: Kysely<Database>, file: string, what: ExchangeFile): Promise<void> {
  const regions = await loadRegions(db);
  await write(file, what, regions, (sheet) => [sampleRow(sheet, what.language, regions)]);
}

async function write(file: string, what: ExchangeFile, regions: RegionNames, rows: Rows): Promise<void> {
  const { format, language, sheet } = what;
  if (format === 'xlsx') {
    await writeWorkbook(file, { language, regions, rows });
    return;
  }
  if (sheet !== undefined) {
    await pipeline(Readable.from(csvOf(sheetOf(sheet), language, rows)), createWriteStream(file));
    return;
  }
  await writeArchive(file, [
    ...SHEETS.map((spec) => ({ name: `${spec.name[language]}.csv`, text: csvOf(spec, language, rows) })),
    { name: `${NOTES_NAME[language]}.csv`, text: [BOM, ...explanationRows(language, regions).map(csvRow)] },
  ]);
}

function* csvOf(spec: SheetSpec, language: Language, rows: Rows): Generator<string> {
  yield BOM + csvRow(spec.columns.map(({ heading }) => heading[language]));
  let piece = '';
  for (const row of rows(spec)) {
    piece += csvRow(row);
    if (piece.length < 65_536) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}
