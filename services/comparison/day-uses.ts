import type { MeterUsage } from '../../storage/series/port.ts';
import type { MeterTerms } from './meter-terms.ts';

/** The use of the meters below one root on a day, in millionths of the unit; null where a part of it is missing. */
export interface RootUse {
  root: string;
  /** The meters that it is made of, as text: days of different ones cannot stand for each other. */
  meters: string;
  micro: number | null;
}

/** The use of a day, root by root, and how its meter-time came about. */
export interface DayUse {
  date: string;
  roots: RootUse[];
  measuredMs: number;
  estimatedMs: number;
  manualMs: number;
  missingMs: number;
}

/** A local day, its number as civil-day.ts counts days, and its length, which is not 24 hours where clocks change. */
export interface LocalDay {
  date: string;
  day: number;
  lengthMs: number;
}

type Known = Pick<MeterUsage, 'micro' | 'measuredMs' | 'estimatedMs' | 'manualMs'>;

/**
 * Days from the day sums of their meters. A day whose register is not known from midnight to midnight is missing, and a
 * meter of which nothing is stored on a day is missing all of it: neither is ever counted as a small use.
 */
export function dayUses(
  days: readonly LocalDay[],
  termsOn: MeterTerms,
  sumOf: (meter: string, day: number) => Known | undefined,
): DayUse[] {
  return days.map(({ date, day: number, lengthMs }) => {
    const day: DayUse = { date, roots: [], measuredMs: 0, estimatedMs: 0, manualMs: 0, missingMs: 0 };
    for (const { root, meters, terms } of termsOn(date)) {
      const use: RootUse = { root, meters, micro: 0 };
      day.roots.push(use);
      for (const { meter, factor } of terms) {
        const sum = sumOf(meter, number);
        const knownMs = sum === undefined ? 0 : sum.measuredMs + sum.estimatedMs + sum.manualMs;
        day.measuredMs += sum?.measuredMs ?? 0;
        day.estimatedMs += sum?.estimatedMs ?? 0;
        day.manualMs += sum?.manualMs ?? 0;
        day.missingMs += Math.max(0, lengthMs - knownMs);
        const isKnown = sum !== undefined && knownMs >= lengthMs;
        use.micro = isKnown && use.micro !== null ? use.micro + Number(sum.micro) * factor : null;
      }
    }
    if (day.roots.length === 0) day.missingMs = lengthMs;
    return day;
  });
}

/** The use of a whole day in millionths; null where any of it is missing. */
export function wholeUse({ roots }: DayUse): number | null {
  let sum = 0;
  for (const { micro } of roots) {
    if (micro === null) return null;
    sum += micro;
  }
  return roots.length === 0 ? null : sum;
}
