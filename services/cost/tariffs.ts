import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { institutionOfPremises } from '../../domain/premises.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { TariffPrices } from '../../domain/tariff.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import {
  tariffPricesSchema,
  type NewTariff,
  type TariffChange,
  type TariffItem,
  type TariffVersionItem,
} from '../api/schemas/tariff.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import { parsePrices } from './load-tariffs.ts';
import { CITY } from './tariff-book.ts';

/** So many of those who use a tariff are named. */
const NAMED = 10;

/** All tariffs by id, with their versions; of one medium, or one tariff, where asked for. */
export async function listTariffs(
  db: Kysely<Database>,
  filter: { medium?: UsageMedium | undefined; id?: string } = {},
): Promise<TariffItem[]> {
  let tariffs = db.selectFrom('tariff').selectAll().orderBy('id');
  if (filter.medium !== undefined) tariffs = tariffs.where('medium', '=', filter.medium);
  if (filter.id !== undefined) tariffs = tariffs.where('id', '=', filter.id);
  const rows = await tariffs.execute();
  const versions = await db.selectFrom('tariff_version').selectAll().orderBy('valid_from').execute();
  const versionsOf = new Map<string, TariffVersionItem[]>();
  for (const { tariff_id, valid_from: validFrom, prices } of versions) {
    const version = { validFrom, prices: parsePrices(prices, `${tariff_id} from ${validFrom}`) };
    versionsOf.set(tariff_id, [...(versionsOf.get(tariff_id) ?? []), version as TariffVersionItem]);
  }
  return rows.map(({ id, name, medium, source }) => ({
    id,
    name,
    medium: medium as UsageMedium,
    source,
    versions: versionsOf.get(id) ?? [],
  }));
}

/** One tariff. Fails with `not-found`. */
export async function getTariff(db: Kysely<Database>, id: string): Promise<TariffItem> {
  const [tariff] = await listTariffs(db, { id });
  if (tariff === undefined) throw new PlatformError('not-found', `There is no tariff ${id}`);
  return tariff;
}

/** Enters a tariff with its versions. Fails with `conflict` where the id is taken. */
export async function createTariff(db: Kysely<Database>, input: NewTariff, change: Change): Promise<TariffItem> {
  const { id, name, medium, source, versions } = input;
  return inTransaction(db, async (trx) => {
    const taken = await trx.selectFrom('tariff').select('id').where('id', '=', id).executeTakeFirst();
    if (taken !== undefined) throw new PlatformError('conflict', `There is a tariff with the id ${id}`);
    await trx.insertInto('tariff').values({ id, name, medium, source, created_at: change.nowMs }).execute();
    for (const { validFrom, prices } of versions) {
      await trx
        .insertInto('tariff_version')
        .values({ tariff_id: id, valid_from: validFrom, prices: JSON.stringify(prices) })
        .execute();
    }
    await writeAudit(trx, change, { action: 'create', object: `tariff/${id}`, after: input });
    return getTariff(trx, id);
  });
}

/** Renames a tariff or its source. Fails with `not-found`. */
export async function changeTariff(
  db: Kysely<Database>,
  id: string,
  given: TariffChange,
  change: Change,
): Promise<TariffItem> {
  return inTransaction(db, async (trx) => {
    const { name, source } = await getTariff(trx, id);
    await trx.updateTable('tariff').set(given).where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'change', object: `tariff/${id}`, before: { name, source }, after: given });
    return getTariff(trx, id);
  });
}

/**
 * Enters or corrects the prices that hold from a day on. Cost is made when it is asked for, so that of past days
 * follows at once; the audit trail has what held before. Fails with `not-found`.
 */
export async function putTariffVersion(
  db: Kysely<Database>,
  { id, validFrom }: { id: string; validFrom: string },
  given: TariffPrices,
  change: Change,
): Promise<TariffItem> {
  return inTransaction(db, async (trx) => {
    const tariff = await getTariff(trx, id);
    const before = tariff.versions.find((version) => version.validFrom === validFrom)?.prices;
    const prices = JSON.stringify(tariffPricesSchema.parse(given));
    await trx
      .insertInto('tariff_version')
      .values({ tariff_id: id, valid_from: validFrom, prices })
      .onConflict((conflict) => conflict.columns(['tariff_id', 'valid_from']).doUpdateSet({ prices }))
      .execute();
    await writeAudit(trx, change, {
      action: before === undefined ? 'create' : 'change',
      object: `tariff/${id}/${validFrom}`,
      before,
      after: given,
    });
    return getTariff(trx, id);
  });
}

/**
 * Takes out the prices of a day: those before go on. Fails with `not-found`, and with `conflict` where somebody who pays
 * by the tariff would be left without prices.
 */
export async function deleteTariffVersion(
  db: Kysely<Database>,
  { id, validFrom }: { id: string; validFrom: string },
  change: Change,
): Promise<TariffItem> {
  return inTransaction(db, async (trx) => {
    const { versions } = await getTariff(trx, id);
    const before = versions.find((version) => version.validFrom === validFrom)?.prices;
    if (before === undefined) throw new PlatformError('not-found', `${id} has no prices from ${validFrom} on`);
    const [first] = versions.filter((version) => version.validFrom !== validFrom);
    const users = await usersOf(trx, id, first?.validFrom);
    if (users !== undefined) {
      throw new PlatformError('conflict', `${id} would have no prices for ${users}; correct these, or assign another`);
    }
    if (first === undefined) {
      throw new PlatformError('conflict', `${id} has no other prices; correct these, or take the tariff out`);
    }
    await trx.deleteFrom('tariff_version').where('tariff_id', '=', id).where('valid_from', '=', validFrom).execute();
    await writeAudit(trx, change, { action: 'delete', object: `tariff/${id}/${validFrom}`, before });
    return getTariff(trx, id);
  });
}

/** Takes out a tariff. Fails with `not-found`, and with `conflict`, naming who, where somebody pays or has paid by it. */
export async function deleteTariff(db: Kysely<Database>, id: string, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await getTariff(trx, id);
    const users = await usersOf(trx, id);
    if (users !== undefined) {
      throw new PlatformError('conflict', `${id} is paid by ${users}; assign another from the same day on first`);
    }
    await trx.deleteFrom('tariff_version').where('tariff_id', '=', id).execute();
    await trx.deleteFrom('tariff').where('id', '=', id).execute();
    await writeAudit(trx, change, { action: 'delete', object: `tariff/${id}`, before });
  });
}

/** Who pays by a tariff, in words; those that began to before a day, where one is given. Undefined where nobody does. */
async function usersOf(db: Kysely<Database>, id: string, before?: string): Promise<string | undefined> {
  let query = db
    .selectFrom('institution_tariff')
    .select(['institution_id', 'valid_from'])
    .where('tariff_id', '=', id)
    .orderBy('institution_id')
    .orderBy('valid_from');
  if (before !== undefined) query = query.where('valid_from', '<', before);
  const rows = await query.execute();
  if (rows.length === 0) return undefined;
  const named = rows.slice(0, NAMED).map((row) => `${nameOf(row.institution_id)} (from ${row.valid_from})`);
  return `${named.join(', ')}${rows.length > NAMED ? ` and ${rows.length - NAMED} more` : ''}`;
}

function nameOf(premises: string): string {
  if (premises === CITY) return 'the whole city';
  const institution = institutionOfPremises(premises);
  return institution === premises ? institution : `the housing of ${institution}`;
}
