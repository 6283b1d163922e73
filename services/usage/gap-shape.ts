import { chooseLikeDays, type CompleteDay, type EstimatedDay, type LikeDay } from './like-days.ts';
import type { LocalDays } from './local-days.ts';

/** How usage is shared out over a gap: weights that add up over time. */
export interface GapShape {
  /** The weight of all of the gap before an instant within it. */
  weightUpTo(ms: number): bigint;
}

/** The grid of base intervals that a gap lies on. */
export interface GapGrid {
  /** Any start of an interval. */
  originMs: number;
  stepMs: number;
  days: LocalDays;
}

/**
 * The shape of a gap by the days that are like those in it, each base interval by the mean of what the like days used
 * at that time of day; undefined where there is no complete day before the gap.
 */
export function createGapShape(
  gap: { fromMs: number; toMs: number },
  complete: readonly CompleteDay[],
  { originMs, stepMs, days }: GapGrid,
): GapShape | undefined {
  if (complete.length === 0) return undefined;
  const firstMs = originMs + Math.floor((gap.fromMs - originMs) / stepMs) * stepMs;
  const rows = Math.ceil((gap.toMs - firstMs) / stepMs);
  const weights: bigint[] = [];
  /** Before each row, in weight × milliseconds, so that a part of a row is exact too. */
  const before: bigint[] = [];
  const step = BigInt(stepMs);
  let sum = 0n;
  let estimated: EstimatedDay | undefined;
  for (let row = 0; row < rows; row++) {
    const startMs = firstMs + row * stepMs;
    if (estimated === undefined || startMs >= estimated.day.endMs)
      estimated = chooseLikeDays(days.dayAt(startMs), complete);
    const slot = Math.floor(days.timeOfDay(startMs, estimated.day) / stepMs);
    // A time of day that no like day had: as just before.
    const weight = meanAt(slot, estimated.likeDays) ?? weights.at(-1) ?? 0n;
    weights.push(weight);
    before.push(sum);
    sum += weight * step;
  }
  return {
    weightUpTo: (ms) => {
      const row = Math.min(rows - 1, Math.floor((ms - firstMs) / stepMs));
      return before[row]! + weights[row]! * BigInt(ms - firstMs - row * stepMs);
    },
  };
}

function meanAt(slot: number, likeDays: readonly LikeDay[]): bigint | undefined {
  let sum = 0;
  let count = 0;
  for (const { amounts, weight } of likeDays) {
    const amount = amounts[slot]!;
    if (Number.isNaN(amount)) continue;
    sum += amount * weight;
    count += weight;
  }
  return count === 0 ? undefined : BigInt(Math.floor(sum / count));
}
