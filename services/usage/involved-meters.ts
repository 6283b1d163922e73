import type { UsageMeter } from './meter-config.ts';

/**
 * The meters that the sums of institutions depend on: those that count for one of them, and those below such a meter,
 * whose usage is taken off it even where it counts for somebody else.
 */
export function involvedMeters(meters: Iterable<UsageMeter>, institutions: ReadonlySet<string>): UsageMeter[] {
  const all = [...meters];
  const own = new Set(
    all
      .filter(({ shares }) => shares.some(({ institutionId }) => institutions.has(institutionId)))
      .map((meter) => meter.id),
  );
  return all.filter((meter) => own.has(meter.id) || own.has(meter.parentId ?? ''));
}
