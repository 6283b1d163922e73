import { institutionOfPremises } from '../../domain/premises.ts';
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
   * The version in force on a date: of the newest assignment at or before it of the premises (an institution's id, or
   * the key of the housing beside it), else of the institution, else of the city. Undefined where there is none, or where
   * its tariff has no prices yet.
   */
  versionOn(premises: string, medium: UsageMedium, date: string): CompiledVersion | undefined;
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
    versionOn: (premises, medium, date) => {
      const payers = [...new Set([premises, institutionOfPremises(premises), CITY])];
      const held = payers.reduce<{ tariffId: string } | undefined>(
        (found, payer) => found ?? newest(assigned.get(`${payer} ${medium}`), date),
        undefined,
      );
      const versions = held && versionsOf.get(held.tariffId);
      return versions?.findLast(({ ref }) => ref.validFrom <= date);
    },
  };
}

function byDay(a: { validFrom: string }, b: { validFrom: string }): number {
  return a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0;
}
