import type { MemberSum } from '../usage/joint-sums.ts';
import type { QualityShares } from '../usage/usage-reader.ts';

/** How the meter-time of several sums is known, as shares that sum to 1; all missing where there is none. */
export function qualityShares(sums: Iterable<Omit<MemberSum, 'micro'>>): QualityShares {
  let [measured, estimated, manual, missing] = [0, 0, 0, 0];
  for (const sum of sums) {
    measured += sum.measuredMs;
    estimated += sum.estimatedMs;
    manual += sum.manualMs;
    missing += sum.missingMs;
  }
  const all = measured + estimated + manual + missing;
  if (all === 0) return { measured: 0, estimated: 0, manual: 0, missing: 1 };
  return { measured: measured / all, estimated: estimated / all, manual: manual / all, missing: missing / all };
}
