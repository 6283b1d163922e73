import { fromMicro } from '../../domain/micro.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Overview } from '../api/schemas/overview.ts';
import type { MediumUse } from './yearly-use.ts';

type Factors = Record<UsageMedium, number>;

const known = (micro: bigint | null): number | null => (micro === null ? null : fromMicro(micro));

/** The sum of what is there; null where nothing is. */
export function sumOfKnown(amounts: Iterable<number | null>): number | null {
  let sum: number | null = null;
  for (const amount of amounts) if (amount !== null) sum = (sum ?? 0) + amount;
  return sum;
}

/** A medium as the overview tells it; water and what else has no factor is no energy, so that its kgce are null. */
export function mediumOf(use: MediumUse, kgcePer: number): Overview['media'][number] {
  const used = known(use.used);
  const compared = {
    comparable: known(use.comparable),
    lastYearComparable: known(use.lastYearComparable),
  };
  return {
    medium: use.medium,
    unit: use.unit,
    used,
    lastYear: known(use.lastYearDays),
    ...compared,
    coverage: coverageOf(compared, [known(use.usedDays), known(use.lastYearDays)]),
    kgce: used === null || kgcePer === 0 ? null : used * kgcePer,
    months: use.months.map(known),
    lastYearMonths: use.lastYearMonths.map(known),
  };
}

/** All media that have a factor together, in kgce. */
export function energyCompared(media: readonly MediumUse[], kgcePer: Factors): Overview['energy'] {
  const energy = media.filter(({ medium }) => kgcePer[medium] !== 0);
  const sum = (pick: (use: MediumUse) => bigint | null): number | null =>
    sumOfKnown(
      energy.map((use) => {
        const amount = known(pick(use));
        return amount === null ? null : amount * kgcePer[use.medium];
      }),
    );
  const compared = {
    comparable: sum((use) => use.comparable),
    lastYearComparable: sum((use) => use.lastYearComparable),
  };
  return { ...compared, coverage: coverageOf(compared, [sum((use) => use.usedDays), sum((use) => use.lastYearDays)]) };
}

/** The share of all that is known of both years that is compared; null where nothing is. */
function coverageOf(
  { comparable, lastYearComparable }: { comparable: number | null; lastYearComparable: number | null },
  all: readonly (number | null)[],
): number | null {
  if (comparable === null || lastYearComparable === null) return null;
  const total = all.reduce<number>((sum, amount) => sum + Math.abs(amount ?? 0), 0);
  return total === 0 ? 1 : Math.min(1, (Math.abs(comparable) + Math.abs(lastYearComparable)) / total);
}
