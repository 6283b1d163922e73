import { premisesKey } from '../../domain/premises.ts';
import type { UsageMeter } from './meter-config.ts';

/**
 * The meters that the sums of premises (keys of `premisesKey`) depend on: those that count for one of them, and those
 * below such a meter, whose usage is taken off it even where it counts for somebody else.
 */
export function involvedMeters(meters: Iterable<UsageMeter>, premises: ReadonlySet<string>): UsageMeter[] {
  const all = [...meters];
  const own = new Set(
    all
      .filter(({ shares }) =>
        shares.some(({ institutionId, housing }) => premises.has(premisesKey(institutionId, housing === true))),
      )
      .map((meter) => meter.id),
  );
  return all.filter((meter) => own.has(meter.id) || own.has(meter.parentId ?? ''));
}
