/** What a fleet can be made to do wrong. */
export const FAULT_KINDS = [
  'standby',
  'thermostat',
  'quota-breach',
  'leak',
  'rollover',
  'duplicates',
  'out-of-order',
  'silence',
  'outage',
  'glitch',
  'swap',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Local days, ends included: `MM-DD` of every year (may run over new year), or `YYYY-MM-DD` once, open where left out. */
type FaultWindow = { yearly: readonly [string, string] } | { from?: string; to?: string };

/**
 * A fault of one meter or of a whole institution; always on where it has no windows.
 *
 * - `standby`: electricity outside 7–19 o'clock and on days off stays at `level` (default 0.7) of the working day's mean
 * - `thermostat`: office rooms at 23–24.5 °C all heating season, at 23 °C while the air conditioning runs
 * - `quota-breach`: electricity × `level` (default 1.35)
 * - `leak`: water runs on, day and night, `level` m³/h (default 0.5)
 * - `rollover`: the register starts short of its modulus by `level` of a year's use (default 0.35)
 * - `duplicates`: one message in `level` (default 8) is sent again
 * - `out-of-order`: readings within a message are shuffled, and every other message comes after its successor
 * - `silence`: nothing is sent in the window; what was missed follows after it
 * - `outage`: nothing is sent in the window, and what was missed is lost; the register goes on
 * - `glitch`: on the days of the window the register reads 0 for a quarter of an hour from 11 o'clock
 * - `swap`: on the first day of each yearly window the meter is replaced by one that begins at 0, and nobody says so
 */
export interface FaultSpec {
  kind: FaultKind;
  institutionId?: string;
  meterId?: string;
  level?: number;
  windows?: readonly FaultWindow[];
}

/** The faults of one kind that bear on a meter. */
export function faultsOf(
  faults: readonly FaultSpec[],
  kind: FaultKind,
  meter: { id: string; institutionId: string },
): FaultSpec[] {
  return faults.filter(
    (fault) => fault.kind === kind && (fault.meterId === meter.id || fault.institutionId === meter.institutionId),
  );
}

/** True where a fault bears on the local date (`YYYY-MM-DD`). */
export function isFaultDate(fault: FaultSpec, date: string): boolean {
  return fault.windows === undefined || fault.windows.some((window) => covers(window, date));
}

function covers(window: FaultWindow, date: string): boolean {
  if (!('yearly' in window)) return date >= (window.from ?? '') && date <= (window.to ?? '9999');
  const [first, last] = window.yearly;
  const monthDay = date.slice(5);
  return first <= last ? monthDay >= first && monthDay <= last : monthDay >= first || monthDay <= last;
}

/** Only the faults of the named kinds. */
export function selectFaults(faults: readonly FaultSpec[], kinds: readonly FaultKind[]): FaultSpec[] {
  return faults.filter((fault) => kinds.includes(fault.kind));
}
