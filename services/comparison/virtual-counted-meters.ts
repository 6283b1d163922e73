import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import { virtualUsageMeters } from '../registry/virtual-usage-meters.ts';
import type { CountedMeter } from './meter-terms.ts';

/**
 * A virtual meter as the meters that it comes down to, each by its factor and all below one root: with one of them
 * unknown, the virtual meter is. From its end on nothing counts.
 */
export async function virtualCountedMeters(db: Kysely<Database>, id: string): Promise<CountedMeter[]> {
  const virtual = new Map((await virtualUsageMeters(db)).map((meter) => [meter.id, meter]));
  const factors = new Map<string, number>();
  function addTerms(of: string, times: number): void {
    for (const { meterId, factor } of virtual.get(of)?.terms ?? []) {
      if (virtual.has(meterId)) addTerms(meterId, times * factor);
      else factors.set(meterId, (factors.get(meterId) ?? 0) + times * factor);
    }
  }
  addTerms(id, 1);
  const existsTo = virtual.get(id)?.endedOn ?? null;
  const root: CountedMeter = { id, parentId: null, existsFrom: null, existsTo: null, shares: [] };
  const parts = [...factors].map(([meter, share]): CountedMeter => {
    const shares = [{ subItem: '', share, validFrom: '', validTo: null }];
    return { id: meter, parentId: id, existsFrom: null, existsTo, shares };
  });
  return [root, ...parts];
}
