import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import { ATTRIBUTES, type Attribute, type AttributeName } from '../api/schemas/institution.ts';
import type { Scope } from '../scope.ts';
import { attributesProblem, type AttributePeriods } from './attributes-problem.ts';
import { dropPeriod, putPeriod, type Period } from './dated-periods.ts';
import { inTransaction } from './in-transaction.ts';
import { requireInstitution } from './institutions.ts';

/** Figures that rules and reports cannot do without. */
const NEEDED: ReadonlySet<AttributeName> = new Set<AttributeName>(['areaM2', 'headcount']);

/** A figure of an institution from a day on. */
export interface AttributeKey {
  institutionId: string;
  name: AttributeName;
  /** `YYYY-MM-DD` */
  validFrom: string;
}

/** All dated figures of an institution, by name in their usual order and date. Fails with `not-found`. */
export async function listAttributes(db: Kysely<Database>, scope: Scope, institutionId: string): Promise<Attribute[]> {
  await requireInstitution(db, scope, institutionId);
  const periods = await loadPeriods(db, institutionId);
  return ATTRIBUTES.flatMap((name) => (periods[name] ?? []).map((period) => attributeOf(name, period)));
}

/**
 * Enters a figure from a day on, or corrects the one that begins on it; the period before is closed that day. Fails with
 * `not-found`, and `bad-request` where the figures cannot be so.
 */
export async function putAttribute(
  db: Kysely<Database>,
  scope: Scope,
  key: AttributeKey,
  value: number,
  change: Change,
): Promise<Attribute> {
  const { name, validFrom } = key;
  const after = await edit(db, scope, key, change, (periods) => putPeriod(periods, validFrom, value));
  const period = after.find(({ from }) => from === validFrom);
  return attributeOf(name, period ?? { from: validFrom, to: null, value });
}

/** Takes out a figure; the period before it goes on. Fails with `not-found`, and `conflict` for the last of a figure that is needed. */
export async function dropAttribute(
  db: Kysely<Database>,
  scope: Scope,
  key: AttributeKey,
  change: Change,
): Promise<void> {
  const { institutionId, name, validFrom } = key;
  await edit(db, scope, key, change, (periods) => {
    if (!periods.some(({ from }) => from === validFrom)) {
      throw new PlatformError('not-found', `${institutionId} has no ${name} that begins on ${validFrom}`);
    }
    if (periods.length === 1 && NEEDED.has(name)) {
      throw new PlatformError('conflict', `${name}: it is the only one that ${institutionId} has; correct it instead`);
    }
    return dropPeriod(periods, validFrom);
  });
}

function edit(
  db: Kysely<Database>,
  scope: Scope,
  { institutionId, name, validFrom }: AttributeKey,
  change: Change,
  work: (periods: readonly Period<number>[]) => Period<number>[],
): Promise<Period<number>[]> {
  return inTransaction(db, async (trx) => {
    await requireInstitution(trx, scope, institutionId);
    const all = await loadPeriods(trx, institutionId);
    const before = all[name] ?? [];
    const after = work(before);
    const problem = attributesProblem({ ...all, [name]: after });
    if (problem !== undefined) throw new PlatformError('bad-request', problem);
    await trx
      .deleteFrom('institution_attribute')
      .where('institution_id', '=', institutionId)
      .where('name', '=', name)
      .execute();
    if (after.length > 0) {
      await trx
        .insertInto('institution_attribute')
        .values(
          after.map(({ from, to, value }) => ({
            institution_id: institutionId,
            name,
            value,
            valid_from: from,
            valid_to: to,
          })),
        )
        .execute();
    }
    await writeAudit(trx, change, {
      action: 'change',
      object: `institution/${institutionId}/${name}/${validFrom}`,
      before: before.map((period) => attributeOf(name, period)),
      after: after.map((period) => attributeOf(name, period)),
    });
    return after;
  });
}

async function loadPeriods(db: Kysely<Database>, institutionId: string): Promise<AttributePeriods> {
  const rows = await db
    .selectFrom('institution_attribute')
    .selectAll()
    .where('institution_id', '=', institutionId)
    .orderBy('valid_from')
    .execute();
  const periods: Partial<Record<AttributeName, Period<number>[]>> = {};
  for (const { name, value, valid_from, valid_to } of rows) {
    (periods[name as AttributeName] ??= []).push({ from: valid_from, to: valid_to, value });
  }
  return periods;
}

function attributeOf(name: AttributeName, { from, to, value }: Period<number>): Attribute {
  return { name, value, validFrom: from, validTo: to };
}
