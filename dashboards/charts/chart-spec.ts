import type { EChartsOption } from 'echarts';

/** What a chart shows, as a table: the first `labels` columns name the row, the others are numbers or null. */
export interface ChartTable {
  columns: string[];
  labels: number;
  rows: (string | number | null)[][];
}

/** A chart and the same figures as a table. */
export interface ChartSpec {
  option: EChartsOption;
  table: ChartTable;
}

/** How many values the table holds: what is missing is no point. */
export function countPoints(table: ChartTable): number {
  return table.rows.reduce(
    (sum, row) => sum + row.slice(table.labels).filter((cell) => typeof cell === 'number').length,
    0,
  );
}

/** The table as CSV (RFC 4180) with a byte order mark, so that Excel reads its Chinese. */
export function toCsv(table: ChartTable, missing: string): string {
  const cell = (value: string | number | null): string => {
    const text = value === null ? missing : String(value);
    // A text that a spreadsheet would run as a formula is kept a text.
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${[table.columns, ...table.rows].map((row) => row.map(cell).join(',')).join('\r\n')}\r\n`;
}
