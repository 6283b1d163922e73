import type { Zone } from '../../domain/zone.ts';

/** A stretch whose sums are read in one step. */
export interface Stretch {
  level: 'hour' | 'day';
  fromMs: number;
  toMs: number;
}

/** A range on hour boundaries: its whole days, and the hours before and behind them. */
export function daysAndHours(zone: Zone, fromMs: number, toMs: number): Stretch[] {
  const firstMs = zone.dayStart(fromMs) === fromMs ? fromMs : zone.nextDay(fromMs);
  const lastMs = zone.dayStart(toMs);
  if (firstMs >= lastMs) return [{ level: 'hour', fromMs, toMs }];
  const stretches: Stretch[] = [
    { level: 'hour', fromMs, toMs: firstMs },
    { level: 'day', fromMs: firstMs, toMs: lastMs },
    { level: 'hour', fromMs: lastMs, toMs },
  ];
  return stretches.filter((stretch) => stretch.fromMs < stretch.toMs);
}
