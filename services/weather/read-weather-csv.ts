import { isUtf8 } from 'node:buffer';

import type { WeatherProblem } from '../api/schemas/weather.ts';
import { PLAUSIBLE_C } from './day-temperatures.ts';

/** A day of a file, and the row that it stands in, as a spreadsheet counts. */
export interface WeatherRow {
  row: number;
  /** `YYYY-MM-DD` */
  date: string;
  meanC: number;
}

/** What a file says, and all that is wrong with it. */
export interface WeatherFile {
  rows: WeatherRow[];
  problems: WeatherProblem[];
}

const DATE_HEADINGS = new Set(['date', 'day', '日期']);
const MEAN_HEADINGS = new Set(
  [
    'mean',
    'mean_c',
    'meanc',
    'temperature',
    'temp',
    'tavg',
    '温度',
    '气温',
    '平均气温',
    '日平均气温',
    '平均温度',
  ].concat('日平均温度'),
);
const FORMS = [
  /^(\d{4})-(\d{1,2})-(\d{1,2})$/,
  /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/,
  /^(\d{4})\.(\d{1,2})\.(\d{1,2})$/,
  /^(\d{4})年(\d{1,2})月(\d{1,2})[日号]$/,
  /^(\d{4})(\d{2})(\d{2})$/,
];
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/**
 * Reads daily means from CSV: a date and a temperature in °C, in the first two columns, or where the first row's
 * headings say. UTF-8, UTF-16 with its mark, or GB18030; separated by comma, semicolon or tab. `today` is the last date
 * that may stand in it. Every row that is wrong is told.
 */
export function readWeatherCsv(bytes: Buffer, today: string): WeatherFile {
  const text = decoded(bytes);
  if (text === undefined) {
    return {
      rows: [],
      problems: [{ row: null, code: 'unreadable', message: 'The file is neither UTF-8 nor GBK text' }],
    };
  }
  const lines = text
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ row: index + 1, line }))
    .filter(({ line }) => line.replaceAll(/[,;\t\s"]/g, '') !== '');
  const separator = separatorOf(lines[0]?.line ?? '');
  const cells = lines.map(({ row, line }) => ({ row, cells: line.split(separator).map(cellText) }));
  const columns = columnsOf(cells[0]?.cells ?? []);
  if ('code' in columns) return { rows: [], problems: [{ row: cells[0]?.row ?? null, ...columns }] };
  const body = columns.hasHeading ? cells.slice(1) : cells;
  if (body.length === 0) {
    return { rows: [], problems: [{ row: null, code: 'no-rows', message: 'The file holds no day' }] };
  }
  return readRows(body, columns, today);
}

function readRows(
  body: readonly { row: number; cells: string[] }[],
  { dateAt, meanAt }: { dateAt: number; meanAt: number },
  today: string,
): WeatherFile {
  const file: WeatherFile = { rows: [], problems: [] };
  const rowOf = new Map<string, number>();
  for (const { row, cells } of body) {
    const tell = (code: WeatherProblem['code'], message: string): void => {
      file.problems.push({ row, code, message });
    };
    const shownDate = shown(cells[dateAt] ?? '');
    const shownMean = shown(cells[meanAt] ?? '');
    const date = dateIn(cells[dateAt] ?? '');
    const mean = (cells[meanAt] ?? '').replace(/\s*(?:°C|℃)$/, '').replace('−', '-');
    const meanC = NUMBER.test(mean) ? Number(mean) : undefined;
    const earlier = date === undefined ? undefined : rowOf.get(date);

    if (date === undefined) tell('date-invalid', `${shownDate} is no date; write it as 2026-01-31`);
    else if (earlier !== undefined) tell('date-twice', `${date} stands in row ${earlier} too; give a day once`);
    else if (date > today) tell('date-in-future', `${date} lies after today, ${today}`);
    if (mean === '') tell('temperature-missing', 'There is no temperature; leave the day out where it is not known');
    else if (meanC === undefined) tell('temperature-invalid', `${shownMean} is no number; write °C as -11.5`);
    else if (meanC < PLAUSIBLE_C.least || meanC > PLAUSIBLE_C.most) {
      tell('temperature-implausible', `${shownMean} °C lies outside ${PLAUSIBLE_C.least} to ${PLAUSIBLE_C.most} °C`);
    } else if (date !== undefined) file.rows.push({ row, date, meanC });
    if (date !== undefined && earlier === undefined) rowOf.set(date, row);
  }
  return file;
}

function decoded(bytes: Buffer): string | undefined {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const encoding = isUtf16 ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : isUtf8(bytes) ? 'utf-8' : 'gb18030';
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // A workbook or picture may be valid text by chance, but no text holds a NUL.
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function separatorOf(line: string): string {
  return [',', ';', '\t'].toSorted((a, b) => line.split(b).length - line.split(a).length)[0]!;
}

function cellText(cell: string): string {
  const text = cell.normalize('NFKC').trim();
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text;
}

type Columns =
  | { dateAt: number; meanAt: number; hasHeading: boolean }
  | { code: 'no-date-column' | 'no-temperature-column'; message: string };

function columnsOf(first: readonly string[]): Columns {
  const headings = first.map((cell) =>
    cell
      .toLowerCase()
      .replaceAll(/[([（[].*$/g, '')
      .replace(/\s*(?:°c|℃)$/, '')
      .trim(),
  );
  const dateAt = headings.findIndex((heading) => DATE_HEADINGS.has(heading));
  const meanAt = headings.findIndex((heading) => MEAN_HEADINGS.has(heading));
  if (dateAt >= 0 && meanAt >= 0) return { dateAt, meanAt, hasHeading: true };
  if (dateAt >= 0) {
    return { code: 'no-temperature-column', message: 'No column is headed mean_c (日平均气温)' };
  }
  if (meanAt >= 0) return { code: 'no-date-column', message: 'No column is headed date (日期)' };
  return { dateAt: 0, meanAt: 1, hasHeading: false };
}

/** `YYYY-MM-DD`, a time of midnight behind it left off. */
function dateIn(cell: string): string | undefined {
  const plain = cell.replace(/[ T]0{1,2}:00(?::00)?$/, '').replaceAll(/\s/g, '');
  for (const form of FORMS) {
    const found = form.exec(plain);
    if (found === null) continue;
    const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
    const at = new Date(Date.UTC(year, month - 1, day));
    const isOne = year >= 1900 && at.getUTCMonth() === month - 1 && at.getUTCDate() === day;
    return isOne ? at.toISOString().slice(0, 10) : undefined;
  }
  return undefined;
}

function shown(cell: string): string {
  return cell === '' ? 'An empty cell' : `"${cell.length > 40 ? `${cell.slice(0, 40)}…` : cell}"`;
}
