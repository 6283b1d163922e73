import type { DecisionKind } from '../../domain/decision.ts';
import type { Finding } from '../../domain/finding.ts';

/** A decision that would fit a finding, to be looked at by a person; registers in the finding's unit. */
export interface SuggestedDecision {
  kind: DecisionKind;
  fromMs: number;
  toMs: number | null;
  closingRegister: number | null;
  openingRegister: number | null;
}

/** Below this share of what it showed before, a register was set to nothing rather than changed for another. */
const CLEARED_SHARE = 0.01;

/**
 * Which decision fits a finding as a rule: readings that cannot be are left out, a new level is a replacement or a reset
 * with the registers that were seen, and of a register that stood still somebody has to say what it should have shown.
 * Undefined where there is nothing to decide: a rollover is counted, a gap is estimated until somebody has a reading.
 */
export function suggestDecision(finding: Finding): SuggestedDecision | undefined {
  const { kind, fromMs, toMs, registerBefore, registerAfter } = finding;
  const none = { toMs: null, closingRegister: null, openingRegister: null };
  switch (kind) {
    case 'outlier':
    case 'suspect':
    case 'reversed':
      // The last one concerned is left out with the others: the range of a decision ends before `to`.
      return { ...none, kind: 'exclude', fromMs, toMs: toMs + 1 };
    case 'new-level': {
      const isCleared =
        registerBefore !== null && registerAfter !== null && registerAfter <= registerBefore * CLEARED_SHARE;
      const registers = { closingRegister: registerBefore, openingRegister: registerAfter };
      return { ...none, ...registers, kind: isCleared ? 'reset' : 'replacement', fromMs };
    }
    case 'stuck':
      return { ...none, kind: 'value', fromMs: toMs };
    default:
      return undefined;
  }
}
