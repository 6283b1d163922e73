import { QUALITY_CODE } from '../../domain/quality.ts';
import type { Step, UsageStep } from './account-register.ts';
import { createGapShape, type GapShape } from './gap-shape.ts';
import { boundaryQuality, gapLimits } from './interval-code.ts';
import type { IntervalGrid, Stretch } from './interval-grid.ts';
import type { IntervalInput } from './interval-input.ts';
import { createDayHistory, type DayHistory } from './like-days.ts';
import type { UsageSettings } from './usage-settings.ts';

/** The base intervals made so far, and those before them. */
export function dayHistory(grid: IntervalGrid, input: IntervalInput, settings: UsageSettings): DayHistory {
  const { fromMs, stepMs, history } = input;
  const before = new Map<number, number>();
  if (history !== undefined) for (const [index, start] of history.starts.entries()) before.set(start, index);
  return createDayHistory({
    codeAt: (start) => (start >= fromMs ? grid.codeAt(start) : history?.qualities[before.get(start) ?? -1]),
    valueAt: (start) => (start >= fromMs ? grid.valueAt(start) : history!.values[before.get(start)!]!),
    stepMs,
    days: settings.days,
    weeks: settings.likeDayWeeks,
  });
}

/** Shares the usage between two readings out over the grid: by time, over a long gap by the shape of like days. */
export function createSpreader(
  grid: IntervalGrid,
  { stepMs, fromMs, expectedMs, settings }: IntervalInput,
  history: DayHistory | undefined,
): (step: Step) => void {
  const limits = gapLimits(stepMs, expectedMs);

  function shapeOf(step: UsageStep): GapShape | undefined {
    if (history === undefined || step.micro === 0n || step.toMs - step.fromMs <= limits.interpolatedMs)
      return undefined;
    // What ends before what is made here is not made.
    if (step.toMs <= fromMs) return undefined;
    const { days } = settings!;
    return createGapShape(step, history.completeBefore(step.fromMs), { originMs: fromMs, stepMs, days });
  }

  return (step) => {
    if (step.kind === 'break') return;
    const { from, to, fromMs: t0, toMs: t1 } = step;
    const isManual = from.isManual === true || to.isManual === true;
    const shape = shapeOf(step);
    const stretch: Stretch = {
      fromMs: t0,
      toMs: t1,
      startQuality: from.isManual === true ? QUALITY_CODE.manual : QUALITY_CODE.measured,
      innerQuality: isManual ? QUALITY_CODE.manual : boundaryQuality(t1 - t0, limits),
      endQuality: to.isManual === true ? QUALITY_CODE.manual : QUALITY_CODE.measured,
      upTo: (ms) => usageUpTo(step, ms, shape),
    };
    grid.spread(stretch);
  };
}

/** What of a step's usage lies before an instant within it; between bends each part for itself. */
function usageUpTo({ fromMs, toMs, micro, bends }: UsageStep, atMs: number, shape: GapShape | undefined): bigint {
  if (atMs === fromMs) return 0n;
  if (atMs === toMs) return micro;
  if (bends === undefined && shape === undefined) return (micro * BigInt(atMs - fromMs)) / BigInt(toMs - fromMs);
  let [from, to] = [
    { atMs: fromMs, micro: 0n },
    { atMs: toMs, micro },
  ];
  for (const bend of bends ?? []) {
    if (bend.atMs <= atMs) from = bend;
    else {
      to = bend;
      break;
    }
  }
  const part = to.micro - from.micro;
  if (shape !== undefined) {
    const start = shape.weightUpTo(from.atMs);
    const weight = shape.weightUpTo(to.atMs) - start;
    // Where like days used nothing at all, the shape says nothing.
    if (weight > 0n) return from.micro + (part * (shape.weightUpTo(atMs) - start)) / weight;
  }
  return from.micro + (part * BigInt(atMs - from.atMs)) / BigInt(to.atMs - from.atMs);
}
