/** What a record measures, as far as the platform has a place for it. */
export type Measured =
  | 'energy'
  | 'volume'
  | 'power'
  | 'flow'
  | 'supply'
  | 'return'
  | 'temperatureDifference'
  | 'temperature'
  | 'onTime'
  | 'operatingTime'
  | 'voltage'
  | 'current'
  | 'frequency'
  | 'reactivePower'
  | 'apparentPower'
  | 'clock'
  | 'fabrication';

/**
 * The meaning of a value information field: the number sent × 10^exponent × times / over counts in kWh or GJ (energy),
 * m³, kW, m³/h, °C, K, h, V, A, Hz, kvar, kVA.
 */
export interface Meaning {
  measured: Measured;
  exponent: number;
  times: number;
  over: number;
  /** Of energies: joules are kept apart from watt-hours, so that neither is rounded. */
  unit?: 'kWh' | 'GJ';
}

type Table = readonly (Meaning | undefined)[];

function meaning(measured: Measured, exponent: number, times = 1, over = 1, unit?: 'kWh' | 'GJ'): Meaning {
  return { measured, exponent, times, over, unit };
}

// Fills a run of codes whose low bits are the exponent.
function run(table: (Meaning | undefined)[], from: number, count: number, make: (n: number) => Meaning): void {
  for (let n = 0; n < count; n++) table[from + n] = make(n);
}

/** Second, minute, hour, day. */
const SECONDS_IN = [1, 60, 3600, 86_400] as const;
const duration = (measured: Measured) => (n: number) => meaning(measured, 0, SECONDS_IN[n], 3600);

/** The primary table of EN 13757-3, by the VIF without its extension bit; undefined: nothing the platform keeps. */
export const PRIMARY: Table = primaryTable();
/** Behind the VIF FB. */
export const EXTENSION_FB: Table = extensionFb();
/** Behind the VIF FD. */
export const EXTENSION_FD: Table = extensionFd();

function primaryTable(): Table {
  const table = Array.from<Meaning | undefined>({ length: 128 });
  run(table, 0x00, 8, (n) => meaning('energy', n - 6, 1, 1, 'kWh'));
  run(table, 0x08, 8, (n) => meaning('energy', n - 9, 1, 1, 'GJ'));
  run(table, 0x10, 8, (n) => meaning('volume', n - 6));
  run(table, 0x20, 4, duration('onTime'));
  run(table, 0x24, 4, duration('operatingTime'));
  run(table, 0x28, 8, (n) => meaning('power', n - 6));
  // J/h
  run(table, 0x30, 8, (n) => meaning('power', n - 3, 1, 3600));
  run(table, 0x38, 8, (n) => meaning('flow', n - 6));
  // m³/min, m³/s
  run(table, 0x40, 8, (n) => meaning('flow', n - 7, 60));
  run(table, 0x48, 8, (n) => meaning('flow', n - 9, 3600));
  run(table, 0x58, 4, (n) => meaning('supply', n - 3));
  run(table, 0x5c, 4, (n) => meaning('return', n - 3));
  run(table, 0x60, 4, (n) => meaning('temperatureDifference', n - 3));
  run(table, 0x64, 4, (n) => meaning('temperature', n - 3));
  table[0x6d] = meaning('clock', 0);
  table[0x78] = meaning('fabrication', 0);
  return table;
}

function extensionFb(): Table {
  const table = Array.from<Meaning | undefined>({ length: 128 });
  // MWh, GJ, 100 m³, MW, Hz, GJ/h
  run(table, 0x00, 2, (n) => meaning('energy', n + 2, 1, 1, 'kWh'));
  run(table, 0x08, 2, (n) => meaning('energy', n - 1, 1, 1, 'GJ'));
  run(table, 0x10, 2, (n) => meaning('volume', n + 2));
  run(table, 0x14, 4, (n) => meaning('reactivePower', n - 3));
  run(table, 0x28, 2, (n) => meaning('power', n + 2));
  run(table, 0x2c, 4, (n) => meaning('frequency', n - 3));
  run(table, 0x30, 2, (n) => meaning('power', n + 5, 1, 3600));
  run(table, 0x34, 4, (n) => meaning('apparentPower', n - 3));
  return table;
}

function extensionFd(): Table {
  const table = Array.from<Meaning | undefined>({ length: 128 });
  run(table, 0x40, 16, (n) => meaning('voltage', n - 9));
  run(table, 0x50, 16, (n) => meaning('current', n - 12));
  return table;
}
