import { isSaturated, withinInt64 } from '../../domain/micro.ts';
import type { MeterUsage } from '../../storage/series/port.ts';

/**
 * A sum that 64 bits hold. One past the bound stops there and counts as estimated, what was measured of it too: it is
 * no amount any more that a register stands for. Mutates the sum.
 */
export function saturateSum<Sum extends Pick<MeterUsage, 'micro' | 'measuredMs' | 'estimatedMs'>>(sum: Sum): Sum {
  if (!isSaturated(sum.micro)) return sum;
  sum.micro = withinInt64(sum.micro);
  sum.estimatedMs += sum.measuredMs;
  sum.measuredMs = 0;
  return sum;
}
