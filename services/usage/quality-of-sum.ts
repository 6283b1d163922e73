import type { Quality } from '../../domain/quality.ts';
import type { MeterUsage } from '../../storage/series/port.ts';

/** The quality of an hour, a day or a month; missing where nothing of it is known. */
export function qualityOfSum(
  sum: Pick<MeterUsage, 'startMs' | 'endMs' | 'estimatedMs' | 'manualMs' | 'missingMs'>,
): Quality {
  if (sum.missingMs >= sum.endMs - sum.startMs) return 'missing';
  if (sum.estimatedMs > 0) return 'estimated';
  return sum.manualMs > 0 ? 'manual' : 'measured';
}
