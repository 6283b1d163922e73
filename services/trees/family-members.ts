import type { Kysely } from 'kysely';

import { inParts } from '../../domain/in-parts.ts';
import type { Direction } from '../../domain/meter-life.ts';
import type { Database } from '../../storage/relational/schema.ts';
import { usageMeters } from '../registry/usage-meters.ts';
import type { JointMember } from '../usage/joint-sums.ts';
import type { UsageMeter } from '../usage/meter-config.ts';

/** Below what the engines take as parameters. */
const IDS_OF_A_STATEMENT = 400;

/** A meter below another one. */
export interface MeterBelow {
  id: string;
  name: string;
  direction: Direction;
  parentId: string;
}

/** The meters right below some meters, by id; temperature points are none. */
export async function metersBelow(db: Kysely<Database>, ids: readonly string[]): Promise<MeterBelow[]> {
  const below: MeterBelow[] = [];
  for (const part of inParts(ids, IDS_OF_A_STATEMENT)) {
    const rows = await db
      .selectFrom('meter')
      .select(['id', 'name', 'direction', 'parent_id'])
      .where('parent_id', 'in', part)
      .where('medium', '!=', 'temperature')
      .execute();
    for (const { id, name, direction, parent_id } of rows)
      below.push({ id, name, direction: direction as Direction, parentId: parent_id ?? '' });
  }
  return below.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Some meters as usage knows them, by id. */
export async function usageMetersOf(db: Kysely<Database>, ids: readonly string[]): Promise<Map<string, UsageMeter>> {
  const meters = new Map<string, UsageMeter>();
  for (const part of inParts(ids, IDS_OF_A_STATEMENT))
    for (const meter of await usageMeters(db, { ids: part })) meters.set(meter.id, meter);
  return meters;
}

/** A meter below another one as part of a balance: before its installation and behind its removal it is not there. */
export function memberOf({ id, events = [] }: UsageMeter): JointMember {
  return {
    id,
    fromMs: events.find(({ kind }) => kind === 'installation')?.atMs,
    toMs: events.find(({ kind }) => kind === 'removal')?.atMs,
  };
}
