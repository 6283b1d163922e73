import { coefficientsAt, type DatedCoefficientSet } from '../../domain/coefficient.ts';
import { kgceChanges } from '../../domain/kgce-changes.ts';
import type { QuotaLimit } from './quota/evaluate.ts';

const MONTHS = Array.from({ length: 12 }, (_, at) => String(at + 1).padStart(2, '0'));

/**
 * What entered sets change of the standard coal that alerts of quotas tell: nothing, or one list of the factors at the
 * ends of the months that have a limit. So only a set that changes them has a rule evaluated from the first hour on.
 */
export function kgceOfQuotas(
  limits: readonly Pick<QuotaLimit, 'medium' | 'year'>[],
  entered: readonly DatedCoefficientSet[],
): [] | [number[]] {
  if (entered.length === 0) return [];
  const factorsBy = (sets: readonly DatedCoefficientSet[]): number[] =>
    limits.flatMap(({ medium, year }) =>
      // A day that not every month has stands behind all that it has.
      MONTHS.map((month) => coefficientsAt(`${year}-${month}-31`, sets).kgcePer[medium]),
    );
  const factors = factorsBy(entered);
  const shipped = factorsBy([]);
  return factors.every((factor, at) => factor === shipped[at]) ? [] : [factors];
}

/** As {@link kgceOfQuotas}, of alerts of off-hours standby: those of electricity, by their days. */
export function kgceOfOffHours(entered: readonly DatedCoefficientSet[]): [] | [[string, number][]] {
  const changes = kgceChanges('electricity', entered);
  return changes.length === 0 ? [] : [changes];
}
