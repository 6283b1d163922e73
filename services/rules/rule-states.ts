import { createHash } from 'node:crypto';

import type { Kysely } from 'kysely';

import type { Database } from '../../storage/relational/schema.ts';

/** A rule's state at the start of a month. */
export interface MonthState {
  monthStartMs: number;
  state: unknown;
}

/** What a stored state was made under; under another configuration it is as good as none. */
export function configDigest(dependsOn: unknown): string {
  return createHash('sha256').update(JSON.stringify(dependsOn)).digest('hex').slice(0, 16);
}

/** The newest stored state at or before a month that was made under this configuration. */
export async function stateAtOrBefore(
  db: Kysely<Database>,
  key: { rule: string; institution: string; digest: string },
  monthStartMs: number,
): Promise<MonthState | undefined> {
  const row = await db
    .selectFrom('rule_state')
    .select(['month_start', 'state'])
    .where('rule', '=', key.rule)
    .where('subject', '=', key.institution)
    .where('month_start', '<=', monthStartMs)
    .orderBy('month_start', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const stored = JSON.parse(row.state) as { config: string; state: unknown };
  return stored.config === key.digest ? { monthStartMs: row.month_start, state: stored.state } : undefined;
}

/** Replaces what is stored from `fromMs` on: the states of months that were folded again. */
export async function replaceStates(
  db: Kysely<Database>,
  key: { rule: string; institution: string; digest: string },
  fromMs: number,
  states: readonly MonthState[],
): Promise<void> {
  await db
    .deleteFrom('rule_state')
    .where('rule', '=', key.rule)
    .where('subject', '=', key.institution)
    .where('month_start', '>=', fromMs)
    .execute();
  if (states.length === 0) return;
  await db
    .insertInto('rule_state')
    .values(
      states.map(({ monthStartMs, state }) => ({
        rule: key.rule,
        subject: key.institution,
        month_start: monthStartMs,
        state: JSON.stringify({ config: key.digest, state }),
      })),
    )
    .execute();
}
