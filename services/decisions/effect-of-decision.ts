import type { Kysely } from 'kysely';

import { PlatformError } from '../../domain/errors.ts';
import type { Database } from '../../storage/relational/schema.ts';
import type { Effect, NewDecision } from '../api/schemas/decision.ts';
import { appliedDecision } from '../registry/usage-meters.ts';
import type { AppliedDecision, UsageMeter } from '../usage/meter-config.ts';
import { checkProposal, requireFit, subjectOf } from './decide.ts';
import { decisionRow, type DecisionView } from './read-decisions.ts';
import type { EffectQuestion, EffectReader } from './effect-reader.ts';
import { withinScope } from './within-scope.ts';

interface EffectContext {
  db: Kysely<Database>;
  effects?: EffectReader;
}

/** The id under which a decision is looked at that is not stored. */
const UNSTORED = 'proposal';

/** What a proposal would change, of what the scope may see. Fails as entering it would; nothing is stored. */
export async function effectOfProposal(
  context: EffectContext,
  input: NewDecision,
  view: Pick<DecisionView, 'scope' | 'zone' | 'nowMs'>,
): Promise<Effect> {
  const { decision, subject } = await checkProposal(context.db, UNSTORED, input, view);
  const changed = withDecision(subject.meter, decision);
  return ask(context, { of: 'approval', meter: subject.meter, changed }, view);
}

/**
 * What the approval of a stored proposal would change, or the reversal of what is approved. Fails with `not-found`, and
 * with `conflict` where it is neither, or does not fit what was decided meanwhile.
 */
export async function effectOfDecision(
  context: EffectContext,
  id: string,
  view: Pick<DecisionView, 'scope' | 'zone' | 'nowMs'>,
): Promise<Effect> {
  const row = await decisionRow(context.db, view, id);
  const { meter } = await subjectOf(context.db, row.meter_id);
  if (row.state === 'proposed') {
    await requireFit(context.db, row, view.nowMs, view.zone);
    return ask(context, { of: 'approval', meter, changed: withDecision(meter, appliedDecision(row)) }, view);
  }
  if (row.state !== 'approved') {
    throw new PlatformError(
      'conflict',
      `The decision is ${row.state}: it changes nothing, and nothing is to be reversed`,
    );
  }
  return ask(context, { of: 'reversal', meter, changed: withoutDecision(meter, id) }, view);
}

async function ask(
  { db, effects }: EffectContext,
  question: EffectQuestion,
  { scope }: Pick<DecisionView, 'scope'>,
): Promise<Effect> {
  if (effects === undefined) throw new PlatformError('not-ready', 'No usage is kept here that could be looked at');
  return withinScope(db, scope, await effects.effect(question));
}

/** The meter as the accounting would see it with a decision more; in the order in which it sees them. */
function withDecision(meter: UsageMeter, decision: AppliedDecision): UsageMeter {
  const decisions = [...(meter.decisions ?? []), decision];
  return { ...meter, decisions: decisions.sort((a, b) => a.fromMs - b.fromMs || (a.id < b.id ? -1 : 1)) };
}

function withoutDecision(meter: UsageMeter, id: string): UsageMeter {
  const { decisions = [], ...rest } = meter;
  const left = decisions.filter((one) => one.id !== id);
  return left.length === 0 ? rest : { ...rest, decisions: left };
}
