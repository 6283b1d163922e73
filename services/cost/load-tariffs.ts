import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { TariffPrices } from '../../domain/tariff.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { tariffPricesSchema } from '../api/schemas/tariff.ts';
import { createTariffBook, type TariffBook } from './tariff-book.ts';

/** Reads what institutions pay by: all versions and assignments, few as they are, so that one book serves many. */
export async function loadTariffBook(db: Kysely<Database>): Promise<TariffBook> {
  const versions = await db.selectFrom('tariff_version').selectAll().execute();
  const assignments = await db.selectFrom('institution_tariff').selectAll().execute();
  return createTariffBook({
    versions: versions.map(({ tariff_id: tariffId, valid_from: validFrom, prices }) => ({
      tariffId,
      validFrom,
      prices: parsePrices(prices, `${tariffId} from ${validFrom}`),
    })),
    assignments: assignments.map(({ institution_id: institutionId, medium, valid_from: validFrom, tariff_id }) => ({
      institutionId,
      medium,
      validFrom,
      tariffId: tariff_id,
    })),
  });
}

/** Prices as they are stored. Throws `config-invalid`, naming the tariff, where they are none. */
export function parsePrices(json: string, name: string): TariffPrices {
  const parsed = tariffPricesSchema.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  throw new PlatformError('config-invalid', `tariff ${name}: ${parsed.error.issues[0]?.message}; enter it anew`);
}
