import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';
import type { Change } from '../accounts/audit.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import { exampleTariffs } from './example-tariffs.ts';
import { putAssignment } from './tariff-assignments.ts';
import { CITY } from './tariff-book.ts';
import { createTariff, listTariffs } from './tariffs.ts';

/** Enters the example tariffs and lets the whole city pay by them, for a demonstration; those that are there stay. */
export async function assignExamples(db: Kysely<Database>, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const there = new Set((await listTariffs(trx)).map(({ id }) => id));
    for (const tariff of exampleTariffs) {
      if (there.has(tariff.id)) continue;
      await createTariff(trx, tariff, change);
      const { validFrom } = tariff.versions[0]!;
      await putAssignment(trx, { premises: CITY, medium: tariff.medium, validFrom }, tariff.id, change);
    }
  });
}
