import type { UsageMedium } from '../../domain/quantity.ts';
import type { TariffPrices } from '../../domain/tariff.ts';
import { compileVersion, type CompiledVersion } from './compile-version.ts';

/** The id under which the tariffs of the whole city are assigned. */
export const CITY = '';

/** What a tariff book is made of. Dates `YYYY-MM-DD`, in any order. */
export interface TariffRows {
  versions: readonly { tariffId: string; validFrom: string; prices: TariffPrices }[];
  assignments: readonly { institutionId: string; medium: string; validFrom: string; tariffId: string }[];
}

/** Says what an institution pays by. */
export interface TariffBook {
  /**
   * The version in force on a date: of the institution's newest assignment at or before it, else of the city's.
   * Undefined where there is none, or where its tariff has no prices yet.
   */
  versionOn(institutionId: string, medium: UsageMedium, date: string): CompiledVersion | undefined;
}

/** A book of versions and assignments. */
export function createTariffBook(rows: TariffRows): TariffBook {
  const versionsOf = new Map<string, CompiledVersion[]>();
  for (const { tariffId, validFrom, prices } of rows.versions.toSorted(byDay)) {
    const versions = versionsOf.get(tariffId) ?? [];
    versionsOf.set(tariffId, [...versions, compileVersion({ id: tariffId, validFrom }, prices)]);
  }
  const assigned = new Map<string, { validFrom: string; tariffId: string }[]>();
  for (const { institutionId, medium, validFrom, tariffId } of rows.assignments.toSorted(byDay)) {
    const key = `${institutionId} ${medium}`;
    assigned.set(key, [...(assigned.get(key) ?? []), { validFrom, tariffId }]);
  }
  const newest = <T extends { validFrom: string }>(dated: readonly T[] | undefined, date: string): T | undefined =>
    dated?.findLast(({ validFrom }) => validFrom <= date);
  return {
    versionOn: (institutionId, medium, date) => {
      const own = newest(assigned.get(`${institutionId} ${medium}`), date);
      const held = own ?? newest(assigned.get(`${CITY} ${medium}`), date);
      const versions = held && versionsOf.get(held.tariffId);
      return versions?.findLast(({ ref }) => ref.validFrom <= date);
    },
  };
}

function byDay(a: { validFrom: string }, b: { validFrom: string }): number {
  return a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0;
}
