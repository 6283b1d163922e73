import { QUALITY_CODE } from '../../domain/quality.ts';

/** Bit of an interval that readings cover only in part: the first of a meter, and the running one. */
const PARTIAL = 8;

/** Quality of an interval, whether it is covered in part only, and the quality of its start boundary, in one byte. */
export function intervalCode(quality: number, partial: boolean, startQuality: number): number {
  return quality | (partial ? PARTIAL : 0) | (startQuality << 4);
}

/** QUALITY_CODE of an interval. */
export function qualityOf(code: number): number {
  return code & 7;
}

/** True where readings cover the interval only in part. */
export function isPartial(code: number): boolean {
  return (code & PARTIAL) !== 0;
}

/** QUALITY_CODE of the interval's start boundary; missing where no register is known there. */
export function startQualityOf(code: number): number {
  return (code >> 4) & 7;
}

/** Up to which gap between two readings a boundary that lies between them counts as measured, or as interpolated. */
export interface GapLimits {
  measuredMs: number;
  interpolatedMs: number;
}

/** A clock that runs a little late does not make a reading late. */
const JITTER = 1.1;

/** Limits for intervals of `stepMs`: measured within the expected interval, interpolated within two of them. */
export function gapLimits(stepMs: number, expectedMs: number): GapLimits {
  return { measuredMs: Math.min(stepMs, expectedMs) * JITTER, interpolatedMs: 2 * expectedMs * JITTER };
}

/** QUALITY_CODE of a boundary that is interpolated over a gap; on a reading the gap is 0. */
export function boundaryQuality(gapMs: number, limits: GapLimits): number {
  if (gapMs <= limits.measuredMs) return QUALITY_CODE.measured;
  return gapMs <= limits.interpolatedMs ? QUALITY_CODE.interpolated : QUALITY_CODE.estimated;
}
