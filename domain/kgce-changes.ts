import { coefficientsAt, type DatedCoefficientSet } from './coefficient.ts';
import type { UsageMedium } from './quantity.ts';

/**
 * The days from which entered sets (by rising day) give a medium another kgce factor than held before, with the factor.
 * Empty where they change nothing of it, so also where they bring another factor of CO₂ only.
 */
export function kgceChanges(
  medium: UsageMedium,
  entered: readonly DatedCoefficientSet[],
): [date: string, kgce: number][] {
  const changes: [string, number][] = [];
  for (const { validFrom, kgcePer } of entered) {
    // Standard coal ships as one factor a medium, whatever the year.
    const held = changes.at(-1)?.[1] ?? coefficientsAt(validFrom, []).kgcePer[medium];
    if (kgcePer[medium] !== held) changes.push([validFrom, kgcePer[medium]]);
  }
  return changes;
}
