import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { OrderedMeter } from '../../domain/quarantine-filter.ts';
import type { Database } from '../../storage/relational/schema.ts';

/** A row of what was heard that names a meter which is registered by now. */
export interface HeardName {
  collector: string;
  namedBy: 'id' | 'address';
  /** The id, or the normalised address. */
  name: string;
}

/** Far below the engines' limits of parameters. */
const COLLECTORS = 500;

/** Under which names the record of what was heard has these meters: as they are registered, or in another notation. */
export async function heardNames(db: Kysely<Database>, meters: readonly OrderedMeter[]): Promise<HeardName[]> {
  const ids = new Set(meters.map(({ id }) => id));
  const addresses = new Set(
    meters.flatMap(({ collector, address }) => (address === undefined ? [] : keyOf(collector, address))),
  );
  const found: HeardName[] = [];
  for (const collectors of inParts([...new Set(meters.map(({ collector }) => collector))], COLLECTORS)) {
    const rows = await db
      .selectFrom('heard_meter')
      .select(['collector', 'named_by', 'name', 'other_addresses'])
      .where('collector', 'in', collectors)
      .execute();
    for (const { collector, named_by, name, other_addresses } of rows) {
      if (named_by === 'id' && ids.has(name)) found.push({ collector, namedBy: 'id', name });
      if (named_by !== 'address') continue;
      const names = [name, ...(other_addresses === null ? [] : (JSON.parse(other_addresses) as string[]))];
      if (names.some((one) => addresses.has(keyOf(collector, one))))
        found.push({ collector, namedBy: 'address', name });
    }
  }
  return found;
}

function keyOf(collector: string, address: string): string {
  return `${collector}/${address}`;
}
