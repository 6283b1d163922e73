import type { DayUse } from './day-uses.ts';
import type { LeftOutDay } from './pair-days.ts';

/** A series of days of both periods, of the same selection of sub-items. */
export interface BothPeriods {
  current: readonly DayUse[];
  baseline: readonly DayUse[];
}

/** The roots that are left out of both periods as a whole, and what is told of them. */
export interface DarkRoots {
  roots: ReadonlySet<string>;
  leftOut: LeftOutDay[];
}

/**
 * Roots that are unknown on more than half of their days in one of the periods. Days count only where all that is
 * compared is known: one dead meter among many would leave nothing to compare, so it goes, with those below it, from
 * both periods.
 */
export function darkRoots(series: readonly BothPeriods[]): DarkRoots {
  const now = new Set(series.flatMap(({ current }) => mostlyUnknown(current)));
  const then = new Set(series.flatMap(({ baseline }) => mostlyUnknown(baseline)));
  const roots = new Set([...now, ...then]);
  const leftOut: LeftOutDay[] = [];
  const [first] = series;
  for (const root of roots) {
    const isInBoth = now.has(root) && then.has(root);
    const reason = isInBoth ? 'missing-in-both' : now.has(root) ? 'missing-in-current' : 'missing-in-baseline';
    for (const { date } of first?.current ?? []) leftOut.push({ date, counterpart: null, root, reason });
    for (const { date } of first?.baseline ?? []) leftOut.push({ date: null, counterpart: date, root, reason });
  }
  return { roots, leftOut };
}

/** The days without some of their roots. */
export function withoutRoots(days: readonly DayUse[], roots: ReadonlySet<string>): readonly DayUse[] {
  if (roots.size === 0) return days;
  return days.map((day) => ({ ...day, roots: day.roots.filter(({ root }) => !roots.has(root)) }));
}

function mostlyUnknown(days: readonly DayUse[]): string[] {
  const counts = new Map<string, { known: number; all: number }>();
  for (const { roots } of days) {
    for (const { root, micro } of roots) {
      const count = counts.get(root) ?? { known: 0, all: 0 };
      counts.set(root, { known: count.known + (micro === null ? 0 : 1), all: count.all + 1 });
    }
  }
  return [...counts].filter(([, { known, all }]) => known * 2 < all).map(([root]) => root);
}
