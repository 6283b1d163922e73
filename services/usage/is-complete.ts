import { QUALITY_CODE } from '../../domain/quality.ts';
import { isPartial, qualityOf, startQualityOf } from './interval-code.ts';
import type { BaseRun } from './sum-periods.ts';

/**
 * Whether the usage of [fromMs, toMs) is known throughout, up to an end that a reading at or behind it has fixed: what
 * is sealed changes only by readings that come late, or by decisions. The run holds the interval behind the end too,
 * where there is one.
 */
export function isComplete(run: BaseRun, fromMs: number, toMs: number, stepMs: number): boolean {
  const first = run.starts.indexOf(fromMs);
  const intervals = (toMs - fromMs) / stepMs;
  if (first < 0 || run.starts[first + intervals] !== toMs) return false;
  for (let index = first; index < first + intervals; index++) {
    const code = run.qualities[index]!;
    if (isPartial(code) || qualityOf(code) === QUALITY_CODE.missing) return false;
  }
  return startQualityOf(run.qualities[first + intervals]!) !== QUALITY_CODE.missing;
}
