import type { Decision } from '../api/schemas/decision.ts';
import type { Role } from '../api/schemas/session.ts';

/** Roles that decide on what others propose. */
export const DECIDING_ROLES = ['admin', 'bureau', 'agency'] as const satisfies readonly Role[];

/** Who asks. */
export interface Decider {
  userId: string;
  role: Role;
}

/** What of a decision the rights hang on. */
export interface DecisionStanding {
  state: string;
  proposedBy: string | null;
  /** The meter counts for institutions out of the asker's scope as well. */
  isBeyondScope: boolean;
}

/** What somebody may do, and why not where they may not. */
export type Right = { may: true } | { may: false; code: 'forbidden' | 'conflict'; why: string };

/** What can be done with a decision. */
export type DecisionAct = keyof Decision['may'];

/**
 * Who may do what with a decision: whoever proposed it takes the proposal back; somebody else, whose office it is and
 * in whose scope all of the meter lies, approves or rejects it, and may reverse it once it is approved. So nobody alone
 * changes measured data, nor alone brings a decision in and takes it away.
 */
export function rightTo(act: DecisionAct, decision: DecisionStanding, { userId, role }: Decider): Right {
  const wanted = act === 'reverse' ? 'approved' : 'proposed';
  const isProposer = decision.proposedBy === userId;
  if (act === 'withdraw' && !isProposer) {
    return forbidden('Only who proposed a decision takes the proposal back; reject it instead');
  }
  if (act !== 'withdraw' && !DECIDING_ROLES.some((one) => one === role)) {
    return forbidden(`This needs the role ${DECIDING_ROLES.join(' or ')}; yours is ${role}`);
  }
  if (decision.state !== wanted) {
    return {
      may: false,
      code: 'conflict',
      why: `The decision is ${decision.state}; only one that is ${wanted} can be ${DONE[act]}`,
    };
  }
  if (act !== 'withdraw' && isProposer) {
    return forbidden(`A second person must ${act} it: who proposed a decision does not decide on it`);
  }
  if (act !== 'withdraw' && decision.isBeyondScope) {
    return forbidden('The meter counts for institutions beyond your scope as well; the bureau has to decide');
  }
  return { may: true };
}

const DONE: Record<DecisionAct, string> = {
  approve: 'approved',
  reject: 'rejected',
  withdraw: 'withdrawn',
  reverse: 'reversed',
};

function forbidden(why: string): Right {
  return { may: false, code: 'forbidden', why };
}
