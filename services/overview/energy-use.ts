import { fromMicro } from '../../domain/micro.ts';
import { USAGE_MEDIA, type UsageMedium } from '../../domain/quantity.ts';
import type { Institution } from '../api/schemas/institution.ts';
import type { Overview } from '../api/schemas/overview.ts';
import type { YearlyUse } from './yearly-use.ts';

/** An institution's energy in a year so far. */
export interface EnergyUse extends Institution {
  /** Null where no energy is known. */
  kgce: number | null;
  /** Months that are over in which a kind of energy that either year knows of it has no value. */
  monthsMissing: number;
}

/** The energy of each institution, by the factors of the year. */
export function energyUse(
  use: YearlyUse,
  institutions: readonly Institution[],
  kgcePer: Record<UsageMedium, number>,
): EnergyUse[] {
  const media = USAGE_MEDIA.filter((medium) => kgcePer[medium] !== 0);
  return institutions.map((institution) => {
    let kgce: number | null = null;
    let missing: number | undefined;
    for (const medium of media) {
      const key = `${institution.id} ${medium}`;
      const micro = use.byInstitution.get(key);
      if (micro !== undefined) kgce = (kgce ?? 0) + fromMicro(micro) * kgcePer[medium];
      if (use.everKnown.has(key)) missing = Math.max(missing ?? 0, use.monthsOver - (use.monthsKnown.get(key) ?? 0));
    }
    return { ...institution, kgce, monthsMissing: missing ?? use.monthsOver };
  });
}

/** By kgce, the most first, those of which nothing is known last; the intensity is null where the floor area is. */
export function rankingOf(rows: readonly EnergyUse[]): Overview['ranking'] {
  return rows
    .map(({ id, name, type, areaM2, kgce, monthsMissing }) => {
      return {
        id,
        name,
        type,
        kgce,
        kgcePerM2: kgce === null || areaM2 === null ? null : kgce / areaM2,
        monthsMissing,
      };
    })
    .sort((a, b) => orderOf(b.kgce) - orderOf(a.kgce));
}

interface Group {
  key: string;
  /** Null where no member has data. */
  kgce: number | null;
  institutions: number;
  /** How many of them have data. */
  known: number;
}

/** Institutions summed by a key, the most kgce first. */
export function grouped(rows: readonly EnergyUse[], keyOf: (row: EnergyUse) => string): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key) ?? { key, kgce: null, institutions: 0, known: 0 };
    group.institutions += 1;
    if (row.kgce !== null) {
      group.kgce = (group.kgce ?? 0) + row.kgce;
      group.known += 1;
    }
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => orderOf(b.kgce) - orderOf(a.kgce));
}

// A finite stand-in: the difference of two infinities is no number.
const orderOf = (kgce: number | null): number => kgce ?? -Number.MAX_VALUE / 4;
