import type { Zone } from '../../domain/zone.ts';

/** The bounds of the hours, days or months that [fromMs, toMs) touches, in the zone: n + 1 for n periods. */
export function periodBounds(zone: Zone, step: 'hour' | 'day' | 'month', fromMs: number, toMs: number): number[] {
  const bounds = [floorTo(zone, step, fromMs)];
  while (bounds.at(-1)! < toMs) bounds.push(next(zone, step, bounds.at(-1)!));
  return bounds;
}

function floorTo(zone: Zone, step: 'hour' | 'day' | 'month', ms: number): number {
  if (step === 'day') return zone.dayStart(ms);
  return step === 'month' ? zone.monthStart(ms) : gridFloor(zone, ms, 3_600_000);
}

function next(zone: Zone, step: 'hour' | 'day' | 'month', ms: number): number {
  if (step === 'day') return zone.nextDay(ms);
  return step === 'month' ? zone.nextMonth(ms) : ms + 3_600_000;
}

/** Any instant: a grid must not move with the clock of a zone that daylight saving sets by half an hour. */
const REFERENCE_MS = Date.UTC(2025, 6, 1);

/**
 * The last instant at or before `ms` on a grid of `stepMs` (a divisor of the hour) laid over local time, as it stands
 * in July where the zone's clock is not set by whole hours.
 */
export function gridFloor(zone: Zone, ms: number, stepMs: number): number {
  const local = ms + zone.offsetAt(REFERENCE_MS);
  return ms - (((local % stepMs) + stepMs) % stepMs);
}
