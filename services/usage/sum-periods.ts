import { isSaturated, withinInt64 } from '../../domain/micro.ts';
import { QUALITY_CODE } from '../../domain/quality.ts';
import type { BaseUsage, MeterUsage } from '../../storage/series/port.ts';
import { isPartial, qualityOf, startQualityOf } from './interval-code.ts';

/** A run of base intervals without holes, in columns; several blocks of one meter may be joined. */
export type BaseRun = Pick<BaseUsage, 'starts' | 'values' | 'qualities'>;

/**
 * Sums base intervals over periods whose bounds lie on the grid; `bounds` are rising, n + 1 for n periods. Periods
 * without any interval are left out. A period's quality is that of its own boundaries: where the register is known
 * at both ends, its total is exact however its inside was filled; one that 64 bits do not hold stops at their bound and is estimated.
 */
export function sumPeriods(meter: string, run: BaseRun, bounds: readonly number[], stepMs: number): MeterUsage[] {
  const sums: MeterUsage[] = [];
  let index = 0;
  for (let period = 0; period + 1 < bounds.length; period++) {
    const startMs = bounds[period]!;
    const endMs = bounds[period + 1]!;
    while (index < run.starts.length && run.starts[index]! < startMs) index++;
    const first = index;
    let micro = 0n;
    let knownMs = 0;
    let worst = 0;
    for (; index < run.starts.length && run.starts[index]! < endMs; index++) {
      const code = run.qualities[index]!;
      const quality = qualityOf(code);
      if (quality === QUALITY_CODE.missing) continue;
      micro += run.values[index]!;
      knownMs += stepMs;
      if (isPartial(code)) worst = Math.max(worst, quality);
    }
    if (index === first) continue;
    const kept = withinInt64(micro);
    if (isSaturated(kept)) worst = Math.max(worst, QUALITY_CODE.estimated);
    const quality = Math.max(worst, boundaryOf(run, first, startMs), boundaryOf(run, index, endMs));
    sums.push(periodSum(meter, startMs, endMs, kept, Math.min(knownMs, endMs - startMs), quality));
  }
  return sums;
}

// An end without a known register (before the first reading, after the last) does not speak for the rest.
function boundaryOf(run: BaseRun, index: number, atMs: number): number {
  if (run.starts[index] !== atMs) return QUALITY_CODE.measured;
  const quality = startQualityOf(run.qualities[index]!);
  return quality === QUALITY_CODE.missing ? QUALITY_CODE.measured : quality;
}

function periodSum(
  meter: string,
  startMs: number,
  endMs: number,
  micro: bigint,
  knownMs: number,
  quality: number,
): MeterUsage {
  const estimated = quality === QUALITY_CODE.estimated;
  const manual = quality === QUALITY_CODE.manual;
  return {
    meter,
    startMs,
    endMs,
    micro,
    measuredMs: estimated || manual ? 0 : knownMs,
    estimatedMs: estimated ? knownMs : 0,
    manualMs: manual ? knownMs : 0,
    missingMs: endMs - startMs - knownMs,
  };
}
