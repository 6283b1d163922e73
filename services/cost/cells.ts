import type { Zone } from '../../domain/zone.ts';

/** The steps that intervals are priced in. */
export type CellStep = '15m' | '1h' | '1d';

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;
const STEP_MS = { '15m': QUARTER_MS, '1h': 3_600_000 };

/** A local day, and which cells begin on it. */
export interface CellDay {
  /** `YYYY-MM-DD` */
  date: string;
  year: number;
  month: number;
  isFirstOfMonth: boolean;
  startMs: number;
  firstCell: number;
  endCell: number;
  /** The quarter hour of local time at which a cell begins, 0 to 95. */
  quarterOf(startMs: number): number;
}

/** Intervals of a range on end, by local days. */
export interface Cells {
  step: CellStep;
  /** Starts of the cells, and the end of the last: epoch milliseconds. */
  bounds: Float64Array;
  days: readonly CellDay[];
}

/** The cells of [fromMs, toMs), which lies on boundaries of the step. */
export function createCells(zone: Zone, fromMs: number, toMs: number, step: CellStep): Cells {
  const bounds: number[] = [];
  const days: CellDay[] = [];
  for (let day = zone.dayStart(fromMs); day < toMs; day = zone.nextDay(day)) {
    const endMs = zone.nextDay(day);
    const firstCell = bounds.length;
    if (step === '1d') bounds.push(day);
    else {
      const stepMs = STEP_MS[step];
      const next = bounds.length === 0 ? fromMs : bounds.at(-1)! + stepMs;
      for (let at = next; at < Math.min(endMs, toMs); at += stepMs) bounds.push(at);
    }
    const { year, month, day: dayOfMonth } = zone.local(day);
    const date = zone.date(day);
    const quarterOf = quartersOf(zone, day, endMs);
    const isFirstOfMonth = dayOfMonth === 1;
    days.push({ date, year, month, isFirstOfMonth, startMs: day, firstCell, endCell: bounds.length, quarterOf });
  }
  bounds.push(toMs);
  return { step, bounds: Float64Array.from(bounds), days };
}

/** On days whose clock is not changed the quarter is known without asking the zone. */
function quartersOf(zone: Zone, startMs: number, endMs: number): CellDay['quarterOf'] {
  const isEven = endMs - startMs === DAY_MS && zone.offsetAt(startMs) === zone.offsetAt(endMs - 1);
  const { hour, minute } = zone.local(startMs);
  if (isEven && hour === 0 && minute === 0) return (ms) => Math.floor((ms - startMs) / QUARTER_MS);
  return (ms) => {
    const local = zone.local(ms);
    return local.hour * 4 + Math.floor(local.minute / 15);
  };
}
