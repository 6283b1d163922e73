import { PlatformError } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import type { Step } from './schemas/common.ts';

/** So many intervals of a series are answered at once, e.g. a year by hours. */
const MAX_INTERVALS = 10_000;
const STEP_MS: Record<Step, number> = { '15m': 900_000, '1h': 3_600_000, '1d': 86_400_000, '1mo': 28 * 86_400_000 };

/** Throws `bad-request`, naming the next boundary, unless [from, to) lies on boundaries of the step in the zone. */
export function checkRange(zone: Zone, fromMs: number, toMs: number, step: Step): void {
  checkOrder(fromMs, toMs);
  for (const [field, ms] of [
    ['from', fromMs],
    ['to', toMs],
  ] as const) {
    const start = stepStart(zone, ms, step);
    if (start === ms) continue;
    const next = step === '1mo' ? zone.nextMonth(ms) : step === '1d' ? zone.nextDay(ms) : start + STEP_MS[step];
    throw new PlatformError(
      'bad-request',
      `${field}: ${zone.iso(ms)} is not on a boundary of the step ${step}; the next one is ${zone.iso(next)}`,
    );
  }
  if ((toMs - fromMs) / STEP_MS[step] > MAX_INTERVALS) {
    throw new PlatformError(
      'bad-request',
      `to: more than ${MAX_INTERVALS} intervals of ${step}; ask for a shorter range or a longer step`,
    );
  }
}

/** Throws `bad-request` unless from is before to. */
export function checkOrder(fromMs: number, toMs: number): void {
  if (!(fromMs < toMs)) throw new PlatformError('bad-request', 'to: must be after from; the range is [from, to)');
}

function stepStart(zone: Zone, ms: number, step: Step): number {
  if (step === '1mo') return zone.monthStart(ms);
  if (step === '1d') return zone.dayStart(ms);
  const offset = zone.offsetAt(ms);
  return Math.floor((ms + offset) / STEP_MS[step]) * STEP_MS[step] - offset;
}
