/** Marks a file as UTF-8, without which Excel reads it in the system's own encoding. */
export const BOM = '\uFEFF';

/** A row of a CSV file (RFC 4180), with its line break. */
export function csvRow(cells: readonly (string | number | null)[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: string | number | null): string {
  if (cell === null) return '';
  const text = String(cell);
  return /[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
