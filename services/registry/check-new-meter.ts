import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import { isValidId } from '../../domain/ids.ts';
import { unitFactor, unitsOf } from '../../domain/quantity.ts';
import { SUB_ITEM_CODES } from '../../domain/sub-item.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { MeterInput } from './meter-input.ts';

/** Throws `conflict` where the id is taken, `bad-request` with field and remedy where the meter cannot be as given. */
export async function checkNewMeter(db: Kysely<Database>, input: MeterInput): Promise<void> {
  const problem = problemWithin(input);
  if (problem !== undefined) throw new PlatformError('bad-request', problem);
  await checkReferences(db, input);
  if (input.parentId !== undefined) await checkParent(db, input, input.parentId);
}

function problemWithin(input: MeterInput): string | undefined {
  if (!isValidId(input.id)) return `id: ${input.id} is not free for a meter; take another name`;
  if (input.registerUnit !== undefined && unitFactor(input.medium, input.registerUnit) === undefined) {
    return `registerUnit: a register of ${input.medium} counts in ${unitsOf(input.medium).join(', ')}, not in ${input.registerUnit}`;
  }
  if (input.medium === 'electricity' && input.subItem !== undefined) {
    if (!(SUB_ITEM_CODES as readonly string[]).includes(input.subItem)) {
      return `subItem: electricity has the sub-items (分项) ${SUB_ITEM_CODES.join(', ')}; ${input.subItem} is none of them`;
    }
  }
  if (input.medium === 'temperature' && (input.registerModulus !== undefined || input.ratedMaximum !== undefined)) {
    return 'registerModulus, ratedMaximum: a temperature point has no register; leave them out';
  }
  if (input.medium === 'temperature' && input.parentId !== undefined) {
    return 'parentId: a temperature point is part of no other meter; leave it out';
  }
  if (input.medium !== 'temperature' && input.measures !== undefined) {
    return 'measures: only a temperature point says what it measures; leave it out, or set medium to temperature';
  }
  for (const field of ['multiplier', 'registerModulus', 'ratedMaximum', 'expectedIntervalS'] as const) {
    const value = input[field];
    if (value !== undefined && !(Number.isFinite(value) && value > 0)) return `${field}: must be above zero`;
  }
  return undefined;
}

async function checkReferences(db: Kysely<Database>, input: MeterInput): Promise<void> {
  const taken = await db.selectFrom('meter').select('id').where('id', '=', input.id).executeTakeFirst();
  if (taken !== undefined) throw new PlatformError('conflict', `There is a meter with the id ${input.id}`);
  const institution = await db
    .selectFrom('institution')
    .select('id')
    .where('id', '=', input.institutionId)
    .executeTakeFirst();
  if (institution === undefined) {
    throw new PlatformError(
      'bad-request',
      `institutionId: there is no institution ${input.institutionId}; enter it first`,
    );
  }
  const collector = await db
    .selectFrom('collector')
    .select('id')
    .where('id', '=', input.collectorId)
    .executeTakeFirst();
  if (collector === undefined) {
    throw new PlatformError('bad-request', `collectorId: there is no collector ${input.collectorId}; enter it first`);
  }
}

async function checkParent(db: Kysely<Database>, input: MeterInput, parentId: string): Promise<void> {
  if (parentId === input.id) {
    throw new PlatformError('bad-request', 'parentId: a meter cannot be part of itself');
  }
  const parent = await db
    .selectFrom('meter')
    .innerJoin('meter_share', 'meter_share.meter_id', 'meter.id')
    .where('meter.id', '=', parentId)
    .select(['meter.medium', 'meter_share.institution_id'])
    .execute();
  const [first] = parent;
  if (first === undefined) {
    throw new PlatformError('bad-request', `parentId: there is no meter ${parentId}; enter the main meter first`);
  }
  if (first.medium !== input.medium) {
    throw new PlatformError('bad-request', `parentId: ${parentId} measures ${first.medium}, not ${input.medium}`);
  }
  if (!parent.some((row) => row.institution_id === input.institutionId)) {
    throw new PlatformError(
      'bad-request',
      `parentId: ${parentId} belongs to another institution; each is metered apart (Art. 12)`,
    );
  }
  await checkNoLoop(db, input.id, parentId);
}

/** Parents exist before their children, so a new id closes no loop; data changed by other means might. */
async function checkNoLoop(db: Kysely<Database>, id: string, parentId: string): Promise<void> {
  const seen = new Set([id]);
  for (let at: string | null = parentId; at !== null;) {
    if (seen.has(at)) throw new PlatformError('bad-request', `parentId: the meters above ${parentId} run in a circle`);
    seen.add(at);
    const row: { parent_id: string | null } | undefined = await db
      .selectFrom('meter')
      .select('parent_id')
      .where('id', '=', at)
      .executeTakeFirst();
    at = row?.parent_id ?? null;
  }
}
