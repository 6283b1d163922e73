import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { institutionOfPremises, premisesKey } from '../../domain/premises.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { TariffAssignment } from '../api/schemas/tariff.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import { scopedInstitutions } from '../registry/scoped-institutions.ts';
import type { Scope } from '../scope.ts';
import { CITY } from './tariff-book.ts';
import { listTariffs } from './tariffs.ts';

/** An assignment's place: whose, of what, from when on. */
export interface AssignmentKey {
  /** An institution's id, the key of the housing beside it, or '': the whole city. */
  premises: string;
  medium: UsageMedium;
  validFrom: string;
}

/** The city's assignments and those of institutions in scope, by (institution, medium, day). */
export async function listAssignments(
  db: Kysely<Database>,
  scope: Scope,
  filter: { institution?: string | undefined; medium?: UsageMedium | undefined },
): Promise<TariffAssignment[]> {
  const { institution, medium } = filter;
  let query = db
    .selectFrom('institution_tariff')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('institution_id', '=', CITY),
        // Housing is its institution's.
        eb(
          eb.fn<string>('replace', ['institution_id', eb.val(premisesKey('', true)), eb.val('')]),
          'in',
          scopedInstitutions(db, scope).select('institution.id'),
        ),
      ]),
    )
    .orderBy('institution_id')
    .orderBy('medium')
    .orderBy('valid_from');
  if (institution !== undefined)
    query = query.where('institution_id', 'in', [CITY, institution, premisesKey(institution, true)]);
  if (medium !== undefined) query = query.where('medium', '=', medium);
  return (await query.execute()).map((row) =>
    itemOf(
      { premises: row.institution_id, medium: row.medium as UsageMedium, validFrom: row.valid_from },
      row.tariff_id,
    ),
  );
}

/**
 * Assigns a tariff from a day on, or corrects what is assigned from it on. Fails with `bad-request` where there is no
 * such tariff, or it is of another medium or has no prices on that day. Whether the institution is in scope is the
 * caller's to ask.
 */
export async function putAssignment(
  db: Kysely<Database>,
  key: AssignmentKey,
  tariffId: string,
  change: Change,
): Promise<TariffAssignment> {
  const { premises, medium, validFrom } = key;
  await inTransaction(db, async (trx) => {
    await requireFit(trx, tariffId, medium, validFrom);
    const before = await assigned(trx, key);
    await trx
      .insertInto('institution_tariff')
      .values({ institution_id: premises, medium, valid_from: validFrom, tariff_id: tariffId })
      .onConflict((conflict) =>
        conflict.columns(['institution_id', 'medium', 'valid_from']).doUpdateSet({ tariff_id: tariffId }),
      )
      .execute();
    await writeAudit(trx, change, {
      action: before === undefined ? 'create' : 'change',
      object: objectOf(key),
      ...(before === undefined ? {} : { before: { tariffId: before } }),
      after: { tariffId },
    });
  });
  return itemOf(key, tariffId);
}

/** Takes an assignment back: the one before it goes on, else the city's holds. Fails with `not-found`. */
export async function deleteAssignment(db: Kysely<Database>, key: AssignmentKey, change: Change): Promise<void> {
  await inTransaction(db, async (trx) => {
    const before = await assigned(trx, key);
    if (before === undefined) {
      throw new PlatformError('not-found', `No tariff of ${key.medium} is assigned from ${key.validFrom} on`);
    }
    await trx
      .deleteFrom('institution_tariff')
      .where('institution_id', '=', key.premises)
      .where('medium', '=', key.medium)
      .where('valid_from', '=', key.validFrom)
      .execute();
    await writeAudit(trx, change, { action: 'delete', object: objectOf(key), before: { tariffId: before } });
  });
}

async function requireFit(db: Kysely<Database>, id: string, medium: UsageMedium, validFrom: string): Promise<void> {
  const [tariff] = await listTariffs(db, { id });
  if (tariff === undefined) {
    throw new PlatformError('bad-request', `tariffId: there is no tariff ${id}; enter it first`);
  }
  if (tariff.medium !== medium) {
    throw new PlatformError('bad-request', `tariffId: ${id} prices ${tariff.medium}, not ${medium}; take another`);
  }
  const first = tariff.versions[0]?.validFrom;
  if (first === undefined || first > validFrom) {
    throw new PlatformError(
      'bad-request',
      `validFrom: ${id} has prices from ${first ?? 'no day'} on; assign it from then on, or enter earlier prices`,
    );
  }
}

async function assigned(db: Kysely<Database>, key: AssignmentKey): Promise<string | undefined> {
  const row = await db
    .selectFrom('institution_tariff')
    .select('tariff_id')
    .where('institution_id', '=', key.premises)
    .where('medium', '=', key.medium)
    .where('valid_from', '=', key.validFrom)
    .executeTakeFirst();
  return row?.tariff_id;
}

function itemOf({ premises, medium, validFrom }: AssignmentKey, tariffId: string): TariffAssignment {
  const institution = institutionOfPremises(premises);
  return {
    institutionId: premises === CITY ? null : institution,
    premises: premises === institution ? 'own' : 'housing',
    medium,
    validFrom,
    tariffId,
  };
}

function objectOf({ premises, medium, validFrom }: AssignmentKey): string {
  return `tariff-assignment/${premises === CITY ? 'city' : premises}/${medium}/${validFrom}`;
}
