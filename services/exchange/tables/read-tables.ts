import { open, readFile, stat } from 'node:fs/promises';

import type { CellContext } from '../cells/read-cell.ts';
import { decodeCsv } from '../files/decode-csv.ts';
import type { ImportLimits, ReadCounts } from '../files/import-limits.ts';
import { openZip, type OpenZip } from '../files/open-zip.ts';
import { parseCsv } from '../files/parse-csv.ts';
import { openWorkbook } from '../files/read-workbook.ts';
import { UnreadableFile } from '../files/unreadable-file.ts';
import type { ProblemList } from '../problems/problem-list.ts';
import { SHEETS, sheetOf } from '../sheets/all-sheets.ts';
import type { SheetId, SheetSpec } from '../sheets/column-spec.ts';
import { sheetOfName } from '../sheets/match-heading.ts';
import { createTableReader, HEADING_ROWS } from './read-table.ts';
import type { Table } from './table.ts';

/** What to read, and how far. */
export interface SourceFile {
  file: string;
  /** Of the file as it was sent, for messages. */
  name: string;
  /** Which sheet a CSV is; its headings tell where it is left out. */
  sheet?: SheetId | undefined;
  limits: ImportLimits;
}

const ZIP = Buffer.from('504b', 'hex');
/** Excel's old files, and encrypted new ones. */
const OLE = Buffer.from('d0cf11e0', 'hex');
/** Sheets that explain, and the lists behind drop-down cells: of our own templates. */
const IGNORED: ReadonlySet<string> = new Set(['说明', 'notes', '填写说明', 'lists', '_lists', '选项']);
const NAMES = {
  namesZh: SHEETS.map(({ name }) => name.zh).join('、'),
  namesEn: SHEETS.map(({ name }) => name.en).join(', '),
};

/**
 * Reads all tables of a workbook, a CSV file or an archive of CSV files. What is wrong goes into `problems`; a file that
 * cannot be read further gives what was read so far.
 */
export async function readTables(
  source: SourceFile,
  problems: ProblemList,
  regions: CellContext['regions'],
): Promise<Table[]> {
  const tables: Table[] = [];
  try {
    await readInto(tables, source, problems, regions);
    if (tables.length === 0 && problems.count() === 0) problems.add({}, 'no-known-sheet', NAMES);
  } catch (error) {
    if (!(error instanceof UnreadableFile)) throw error;
    problems.add(error.place, error.code, error.params);
  }
  return tables;
}

async function readInto(
  tables: Table[],
  source: SourceFile,
  problems: ProblemList,
  regions: CellContext['regions'],
): Promise<void> {
  const start = await firstBytes(source.file);
  if (start.length === 0) throw new UnreadableFile('empty-file');
  if (start.subarray(0, 4).equals(OLE)) throw new UnreadableFile('old-excel');
  const context = { regions, since1904: false };
  if (!start.subarray(0, 2).equals(ZIP)) {
    // No text has NULs, but UTF-16 with its mark.
    if (start.includes(0) && start[0] !== 0xff && start[0] !== 0xfe) throw new UnreadableFile('not-a-table');
    const { size } = await stat(source.file);
    if (size > source.limits.bytes) throw new UnreadableFile('unpacked-too-large', { limitMb: mb(source.limits) });
    const specs = source.sheet === undefined ? specsOfFile(source.name) : [sheetOf(source.sheet)];
    const name = source.sheet === undefined ? baseName(source.name) : source.name;
    readCsv(await readFile(source.file), name, specs);
    return;
  }
  const zip = await openZip(source.file, source.limits);
  try {
    if (zip.names.includes('[Content_Types].xml')) await readSheets(zip);
    else await readArchive(zip);
  } finally {
    zip.close();
  }

  function readCsv(bytes: Buffer, name: string, specs: readonly SheetSpec[], counts: ReadCounts = newCounts()): void {
    const reader = createTableReader(specs, name, problems, context);
    parseCsv(decodeCsv(bytes), { sheet: name, limits: source.limits, counts }, (row) => reader.row(row));
    const table = reader.end([]);
    if (table === undefined) problems.add({ sheet: name }, 'no-headings', { rows: HEADING_ROWS });
    else add(tables, problems, table);
  }

  async function readSheets(opened: OpenZip): Promise<void> {
    const workbook = await openWorkbook(opened, source.limits);
    for (const sheet of workbook.sheets) {
      const { name } = sheet;
      const spec = sheetOfName(SHEETS, name);
      if (spec === undefined && IGNORED.has(name.trim().toLowerCase())) continue;
      // A sheet of another name is told by its headings; one that is blank does not matter.
      const specs = spec === undefined ? SHEETS : [spec];
      const reader = createTableReader(specs, name, problems, { ...context, since1904: workbook.since1904 });
      let isBlank = true;
      const { merged } = await sheet.read((row) => {
        isBlank = false;
        reader.row(row);
      });
      const table = reader.end(merged);
      if (table !== undefined) add(tables, problems, table);
      else if (spec !== undefined) problems.add({ sheet: name }, 'no-headings', { rows: HEADING_ROWS });
      else if (!isBlank) problems.add({ sheet: name }, 'unknown-sheet', { name, ...NAMES });
    }
  }

  async function readArchive(opened: OpenZip): Promise<void> {
    const counts = newCounts();
    for (const entry of opened.names) {
      const name = baseName(entry);
      if (!/\.(?:csv|txt|tsv)$/i.test(entry)) {
        if (!IGNORED.has(name.toLowerCase()) && !entry.startsWith('__MACOSX/')) {
          problems.add({ sheet: entry }, 'unknown-sheet', { name: entry, ...NAMES });
        }
        continue;
      }
      if (entry.startsWith('__MACOSX/') || IGNORED.has(name.toLowerCase())) continue;
      const pieces: Buffer[] = [];
      for await (const piece of opened.read(entry)) pieces.push(piece);
      readCsv(Buffer.concat(pieces), name, specsOfFile(entry), counts);
    }
  }
}

function add(tables: Table[], problems: ProblemList, table: Table): void {
  const other = tables.find(({ spec }) => spec === table.spec);
  if (other === undefined) tables.push(table);
  else problems.add({ sheet: table.name }, 'repeated-sheet', { name: table.name, other: other.name });
}

function specsOfFile(file: string): readonly SheetSpec[] {
  const named = sheetOfName(SHEETS, baseName(file));
  return named === undefined ? SHEETS : [named];
}

function baseName(file: string): string {
  return file.slice(file.lastIndexOf('/') + 1).replace(/\.[A-Za-z]+$/, '');
}

function newCounts(): ReadCounts {
  return { rows: 0, cells: 0 };
}

function mb(limits: ImportLimits): number {
  return Math.floor(limits.bytes / 1024 / 1024);
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
