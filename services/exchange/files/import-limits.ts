/** What a file to be imported may hold at most; all of it is checked while it is read. */
export interface ImportLimits {
  /** Unpacked, and of a CSV as it is. */
  bytes: number;
  /** Files in a workbook or archive. */
  parts: number;
  /** Of all sheets together, blank ones not counted. */
  rows: number;
  columns: number;
  cells: number;
  /** Entries of the workbook's table of shared strings. */
  strings: number;
}

/** The limits for `maxMb` megabytes unpacked. */
export function importLimits(maxMb: number): ImportLimits {
  return {
    bytes: maxMb * 1024 * 1024,
    parts: 1000,
    rows: 1_000_000,
    columns: 256,
    cells: 10_000_000,
    strings: 4_000_000,
  };
}

/** Counts what was read of a file against its limits. */
export interface ReadCounts {
  rows: number;
  cells: number;
}
