import { QUALITY_CODE } from '../../domain/quality.ts';
import { intervalCode, isPartial, qualityOf, startQualityOf } from './interval-code.ts';
import type { BaseRun } from './sum-periods.ts';

/**
 * A run of intervals of `stepMs` on the finer grid that `gridMs`, an instant at or before it, lies on: the amount of
 * each divided by time, so that the parts sum to it, to the last digit. What was measured over the longer step is
 * interpolated over the finer one.
 */
export function divideRun(run: BaseRun, stepMs: number, gridMs: number, finerMs: number): BaseRun {
  if (run.starts.length === 0) return run;
  const firstMs = run.starts[0]! - ((run.starts[0]! - gridMs) % finerMs);
  const lastMs = run.starts.at(-1)! + stepMs;
  const count = Math.ceil((lastMs - firstMs) / finerMs);
  const starts = Float64Array.from({ length: count }, (_, index) => firstMs + index * finerMs);
  const values = new BigInt64Array(count);
  const qualities = new Uint8Array(count);
  let index = 0;
  for (const [cell, startMs] of starts.entries()) {
    while (run.starts[index]! + stepMs <= startMs) index++;
    const parts = partsOf(run, index, { stepMs, startMs, endMs: startMs + finerMs });
    values[cell] = parts.micro;
    qualities[cell] = intervalCode(parts.quality, parts.isPartial, boundaryQuality(run, index, startMs));
  }
  return { starts, values, qualities };
}

/** What of the intervals from `index` on lies within [startMs, endMs). */
function partsOf(
  { starts, values, qualities }: BaseRun,
  index: number,
  { stepMs, startMs, endMs }: { stepMs: number; startMs: number; endMs: number },
): { micro: bigint; quality: number; isPartial: boolean } {
  let micro = 0n;
  let worst: number = QUALITY_CODE.missing;
  let isWhole = starts[index]! <= startMs && starts.at(-1)! + stepMs >= endMs;
  for (let at = index; at < starts.length && starts[at]! < endMs; at++) {
    const code = qualities[at]!;
    const quality = qualityOf(code);
    if (quality === QUALITY_CODE.missing) isWhole = false;
    if (quality === QUALITY_CODE.missing || starts[at]! + stepMs <= startMs) continue;
    if (isPartial(code)) isWhole = false;
    const upTo = (ms: number): bigint => (values[at]! * BigInt(ms - starts[at]!)) / BigInt(stepMs);
    micro += upTo(Math.min(endMs, starts[at]! + stepMs)) - upTo(Math.max(startMs, starts[at]!));
    worst = worst === QUALITY_CODE.missing ? finerQuality(quality) : Math.max(worst, finerQuality(quality));
  }
  return { micro, quality: worst, isPartial: worst !== QUALITY_CODE.missing && !isWhole };
}

/** How well the register is known at the start of a part: as at the interval's start, or as within it. */
function boundaryQuality({ starts, qualities }: BaseRun, index: number, atMs: number): number {
  const code = qualities[index]!;
  if (starts[index]! > atMs) return QUALITY_CODE.missing;
  return starts[index] === atMs ? startQualityOf(code) : finerQuality(qualityOf(code));
}

function finerQuality(quality: number): number {
  return Math.max(quality, QUALITY_CODE.interpolated);
}
