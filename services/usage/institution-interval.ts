import type { InstitutionUsage } from '../../storage/series/port.ts';
import type { InstitutionInterval } from './usage-reader.ts';

/** A stored sum as it is told: its quality as shares of the meter-time, null where all of it is missing. */
export function institutionInterval(sum: InstitutionUsage): InstitutionInterval {
  const { institution, medium, subItem, startMs, endMs, measuredMs, estimatedMs, manualMs, missingMs } = sum;
  const meterMs = measuredMs + estimatedMs + manualMs + missingMs;
  const share = (ms: number): number => (meterMs === 0 ? 0 : ms / meterMs);
  return {
    institution,
    medium,
    subItem,
    startMs,
    endMs,
    micro: missingMs >= meterMs ? null : sum.micro,
    quality: {
      measured: share(measuredMs),
      estimated: share(estimatedMs),
      manual: share(manualMs),
      missing: share(missingMs),
    },
    meterMs,
  };
}
