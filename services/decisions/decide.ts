import type { Kysely, Selectable } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Zone } from '../../domain/zone.ts';
import { forUpdate } from '../../storage/relational/for-update.ts';
import type { Database, DecisionTable } from '../../storage/relational/schema.ts';
import { type Change, writeAudit } from '../accounts/audit.ts';
import type { NewDecision } from '../api/schemas/decision.ts';
import { inTransaction } from '../registry/in-transaction.ts';
import { appliedDecision, usageMeters } from '../registry/usage-meters.ts';
import type { Scope } from '../scope.ts';
import type { AppliedDecision, UsageMeter } from '../usage/meter-config.ts';
import { appliedProposal, problemOfDecision } from './decision-rules.ts';
import { type Decider, type DecisionAct, rightTo } from './may-decide.ts';
import { meterHeads } from './meters-in-scope.ts';
import { decisionRow, isBeyondScope } from './read-decisions.ts';

type Row = Selectable<DecisionTable>;

/** Who decides, within which scope, and how days are told. */
export interface Deciding {
  scope: Scope;
  decider: Decider;
  change: Change;
  zone: Zone;
}

/** What a decision would do to a meter as the registry knows it now. */
export interface DecisionSubject {
  meter: UsageMeter;
  endedOn: string | null;
}

/**
 * Enters a proposal under the given id. Nothing of the usage changes by it. Fails with `not-found` where the meter is
 * out of scope, `bad-request` naming field and remedy, `conflict` where something that stands says otherwise or the
 * same is proposed already.
 */
export async function proposeDecision(
  db: Kysely<Database>,
  id: string,
  input: NewDecision,
  { scope, change, zone }: Deciding,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    await checkProposal(trx, id, input, { scope, zone, nowMs: change.nowMs });
    const same = await openTwin(trx, input);
    if (same !== undefined) {
      throw new PlatformError('conflict', `from: ${same} proposes the same and waits to be decided on`);
    }
    const applied = appliedProposal(id, input);
    const row: Row = {
      id,
      meter_id: input.meterId,
      kind: input.kind,
      from_ms: applied.fromMs,
      to_ms: applied.toMs,
      register: applied.register,
      closing_register: applied.closingRegister,
      opening_register: applied.openingRegister,
      multiplier: applied.multiplier,
      reason: input.reason,
      state: 'proposed',
      proposed_by: change.userId,
      proposed_at: change.nowMs,
      decided_by: null,
      decided_at: null,
      decision_note: null,
      reversed_by: null,
      reversed_at: null,
      reversal_note: null,
    };
    await trx.insertInto('decision').values(row).execute();
    await writeAudit(trx, change, { action: 'decision-propose', object: `meter/${row.meter_id}`, after: row });
  });
}

/**
 * The decision that a body stands for, and its meter, checked as a proposal is. Fails as {@link proposeDecision} does.
 */
export async function checkProposal(
  db: Kysely<Database>,
  id: string,
  input: NewDecision,
  { scope, zone, nowMs }: { scope: Scope; zone: Zone; nowMs: number },
): Promise<{ decision: AppliedDecision; subject: DecisionSubject }> {
  const heads = await meterHeads(db, { scope, date: zone.date(nowMs) }, [input.meterId]);
  const head = heads.get(input.meterId);
  if (head === undefined) throw new PlatformError('not-found', `There is no meter ${input.meterId}`);
  if (head.medium === 'temperature') {
    throw new PlatformError('bad-request', 'meterId: a temperature point has no register that could be decided on');
  }
  const subject = await subjectOf(db, input.meterId);
  const decision = appliedProposal(id, input);
  const problem = problemOfDecision(decision, subject.meter, { endedOn: subject.endedOn, zone, nowMs });
  if (problem !== undefined) throw new PlatformError(problem.code, problem.message);
  return { decision, subject };
}

/** What each act makes of a decision. */
const STATE_AFTER = { approve: 'approved', reject: 'rejected', withdraw: 'withdrawn', reverse: 'reversed' } as const;

/**
 * Approves, rejects, withdraws or reverses a decision; of two at once one wins, the other fails with `conflict`. What is
 * approved must still fit all that was decided and entered meanwhile. Fails with `not-found`, `forbidden`, `conflict`.
 */
export async function actOnDecision(
  db: Kysely<Database>,
  id: string,
  act: DecisionAct,
  note: string | null,
  { scope, decider, change, zone }: Deciding,
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const view = { scope, zone, nowMs: change.nowMs };
    await forUpdate(trx, trx.selectFrom('decision').select('id').where('id', '=', id)).execute();
    const before = await decisionRow(trx, view, id);
    const standing = {
      state: before.state,
      proposedBy: before.proposed_by,
      isBeyondScope: await isBeyondScope(trx, scope, before, zone),
    };
    const right = rightTo(act, standing, decider);
    if (!right.may) throw new PlatformError(right.code, right.why);
    if (act === 'approve') await requireFit(trx, before, change.nowMs, zone);

    const columns =
      act === 'reverse'
        ? { reversed_by: change.userId, reversed_at: change.nowMs, reversal_note: note }
        : { decided_by: change.userId, decided_at: change.nowMs, decision_note: note };
    const after: Row = { ...before, ...columns, state: STATE_AFTER[act] };
    const updated = await trx
      .updateTable('decision')
      .set({ state: after.state, ...columns })
      .where('id', '=', id)
      .where('state', '=', before.state)
      .executeTakeFirst();
    if (updated.numUpdatedRows === 0n) throw new PlatformError('conflict', 'Somebody else decided at the same moment');
    // Its meter is read anew by this entry, and its usage made anew where the decision counts or does not any more.
    await writeAudit(trx, change, { action: `decision-${act}`, object: `meter/${before.meter_id}`, before, after });
  });
}

/** Throws `conflict` where a proposal does not fit what was decided and entered since. */
export async function requireFit(db: Kysely<Database>, row: Row, nowMs: number, zone: Zone): Promise<void> {
  const { meter, endedOn } = await subjectOf(db, row.meter_id);
  const problem = problemOfDecision(appliedDecision(row), meter, { endedOn, zone, nowMs });
  if (problem !== undefined) throw new PlatformError('conflict', problem.message);
}

/** A meter as the accounting sees it, and when it ended. Throws `not-found`. */
export async function subjectOf(db: Kysely<Database>, meterId: string): Promise<DecisionSubject> {
  const [meter] = await usageMeters(db, { ids: [meterId] });
  const row = await db.selectFrom('meter').select('ended_on').where('id', '=', meterId).executeTakeFirst();
  if (meter === undefined || row === undefined) throw new PlatformError('not-found', `There is no meter ${meterId}`);
  return { meter, endedOn: row.ended_on };
}

async function openTwin(db: Kysely<Database>, input: NewDecision): Promise<string | undefined> {
  const rows = await db
    .selectFrom('decision')
    .select(['id', 'to_ms'])
    .where('meter_id', '=', input.meterId)
    .where('kind', '=', input.kind)
    .where('from_ms', '=', input.from)
    .where('state', '=', 'proposed')
    .execute();
  return rows.find(({ to_ms }) => to_ms === (input.to ?? null))?.id;
}
