import { setImmediate } from 'node:timers/promises';

import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { OrderedMeter } from '../../domain/quarantine-filter.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { heardNames } from './heard-names.ts';

/** Names of one statement: three columns each. */
const NAMES = 100;

/** Meters that are registered are strangers no more: what was heard of them goes, in steps between which others work. */
export async function forgetHeard(db: Kysely<Database>, meters: readonly OrderedMeter[]): Promise<void> {
  for (const names of inParts(await heardNames(db, meters), NAMES)) {
    await db
      .deleteFrom('heard_meter')
      .where((eb) => eb.or(names.map(({ collector, namedBy, name }) => eb.and({ collector, named_by: namedBy, name }))))
      .execute();
    await setImmediate();
  }
}
