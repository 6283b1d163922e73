import type { DecisionKind } from '../../domain/decision.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { NewDecision } from '../api/schemas/decision.ts';
import type { AppliedDecision, UsageMeter } from '../usage/meter-config.ts';
import { modulusAt } from './modulus-at.ts';

/** Why something cannot be decided: against what stands already `conflict`, a figure that cannot be `bad-request`. */
export interface DecisionProblem {
  code: Extract<ErrorCode, 'bad-request' | 'conflict'>;
  message: string;
}

type Figure = 'to' | 'register' | 'closingRegister' | 'openingRegister' | 'multiplier';

/** What each kind says beside its instant, and what of it must be there. */
const FIGURES: Record<DecisionKind, { has: readonly Figure[]; needs: Partial<Record<Figure, string>> }> = {
  exclude: { has: ['to'], needs: { to: 'give the end of what is left out; readings of [from, to) are' } },
  accept: { has: ['to'], needs: { to: 'give the end of what is believed; readings of [from, to) are' } },
  value: { has: ['to', 'register'], needs: { register: 'give what the register showed at from' } },
  replacement: {
    has: ['closingRegister', 'openingRegister'],
    needs: { openingRegister: 'give what the new meter showed first' },
  },
  reset: { has: ['closingRegister', 'openingRegister'], needs: {} },
  multiplier: { has: ['multiplier'], needs: { multiplier: 'give the multiplier that holds from then on' } },
};
const ALL_FIGURES: readonly Figure[] = ['to', 'register', 'closingRegister', 'openingRegister', 'multiplier'];

/** A proposal as the accounting would apply it. */
export function appliedProposal(id: string, input: NewDecision): AppliedDecision {
  return {
    id,
    kind: input.kind,
    fromMs: input.from,
    toMs: input.to ?? null,
    register: input.register ?? null,
    closingRegister: input.closingRegister ?? null,
    openingRegister: input.openingRegister ?? null,
    multiplier: input.multiplier ?? null,
  };
}

/**
 * What is wrong with a decision about a meter, in a sentence that names field and remedy: a figure that its kind needs
 * or does not have, a time that has not been or in which the meter did not count, a register above its modulus, or an
 * approved decision or an entry of the meter's life that says something else. Undefined where all is well.
 */
export function problemOfDecision(
  decision: AppliedDecision,
  meter: UsageMeter,
  { endedOn, zone, nowMs }: { endedOn: string | null; zone: Zone; nowMs: number },
): DecisionProblem | undefined {
  return (
    problemOfFigures(decision) ??
    problemOfTimes(decision, meter, { endedOn, zone, nowMs }) ??
    problemOfRegisters(decision, meter) ??
    conflictWithLife(decision, meter, zone) ??
    conflictWithDecisions(decision, meter.decisions ?? [], zone)
  );
}

function figureOf(decision: AppliedDecision, figure: Figure): number | null {
  return figure === 'to' ? decision.toMs : decision[figure];
}

function problemOfFigures(decision: AppliedDecision): DecisionProblem | undefined {
  const { kind } = decision;
  const { has, needs } = FIGURES[kind];
  for (const figure of ALL_FIGURES) {
    const value = figureOf(decision, figure);
    if (value !== null && !has.includes(figure)) {
      const own = has.length === 0 ? 'none' : has.join(', ');
      return bad(`${figure}: a decision of the kind ${kind} has no such figure, it has ${own}; leave it out`);
    }
    const wanted = needs[figure];
    if (value === null && wanted !== undefined) return bad(`${figure}: is missing; ${wanted}`);
  }
  return undefined;
}

function problemOfTimes(
  { fromMs, toMs }: AppliedDecision,
  meter: UsageMeter,
  { endedOn, zone, nowMs }: { endedOn: string | null; zone: Zone; nowMs: number },
): DecisionProblem | undefined {
  if (fromMs < 0) return bad('from: lies before 1970; correct the time');
  if (fromMs > nowMs) return bad(`from: ${zone.iso(fromMs)} lies in the future; only what has been can be decided`);
  if (toMs !== null && toMs <= fromMs) return bad('to: must be after from; the range is [from, to)');
  if (toMs !== null && toMs > nowMs) {
    return bad(`to: ${zone.iso(toMs)} lies in the future; readings that have not come cannot be judged`);
  }
  if (endedOn !== null && fromMs >= startOfDate(endedOn, zone)) {
    return bad(`from: ${meter.id} ended on ${endedOn}; there is nothing to decide from then on`);
  }
  const installation = meter.events?.find(({ kind }) => kind === 'installation');
  const end = toMs ?? fromMs + 1;
  if (installation !== undefined && end <= installation.atMs) {
    return bad(
      `from: ${meter.id} was installed at ${zone.iso(installation.atMs)}; what was before counts nothing anyway`,
    );
  }
  return undefined;
}

function problemOfRegisters(decision: AppliedDecision, meter: UsageMeter): DecisionProblem | undefined {
  const modulus = modulusAt(meter, decision.fromMs);
  for (const figure of ['register', 'closingRegister', 'openingRegister'] as const) {
    const register = decision[figure];
    if (register === null || modulus === null || register < modulus) continue;
    return bad(
      `${figure}: ${register} ${meter.registerUnit} is more than a register with the modulus ${modulus} can show; check both`,
    );
  }
  return undefined;
}

/** Kinds that say what a register showed at an instant. */
const SETS_REGISTER: ReadonlySet<DecisionKind> = new Set(['value', 'replacement', 'reset']);

function conflictWithLife(decision: AppliedDecision, meter: UsageMeter, zone: Zone): DecisionProblem | undefined {
  const { kind, fromMs } = decision;
  const event = meter.events?.find(({ atMs }) => atMs === fromMs);
  if (event !== undefined && SETS_REGISTER.has(kind)) {
    return conflict(
      `from: the life of ${meter.id} has its ${event.kind} at ${zone.iso(fromMs)} with its registers; correct it there (PATCH /api/meters/${meter.id}/life/{entry})`,
    );
  }
  const dated = meter.multipliers.find(({ validFrom }) => startOfDate(validFrom, zone) === fromMs);
  if (dated !== undefined && kind === 'multiplier') {
    return conflict(
      `from: the life of ${meter.id} has the multiplier ${dated.multiplier} from ${dated.validFrom} on; correct it there (PATCH /api/meters/${meter.id}/life/{entry})`,
    );
  }
  return undefined;
}

function conflictWithDecisions(
  decision: AppliedDecision,
  approved: readonly AppliedDecision[],
  zone: Zone,
): DecisionProblem | undefined {
  const other = approved.find((one) => one.id !== decision.id && contradict(decision, one));
  if (other === undefined) return undefined;
  const to = other.toMs === null ? '' : ` to ${zone.iso(other.toMs)}`;
  return conflict(
    `from: the approved decision ${other.id} (${other.kind}, ${zone.iso(other.fromMs)}${to}) says something else of the same readings; reverse it first`,
  );
}

function contradict(a: AppliedDecision, b: AppliedDecision): boolean {
  if (a.fromMs === b.fromMs) {
    if (SETS_REGISTER.has(a.kind) && SETS_REGISTER.has(b.kind)) return true;
    if (a.kind === 'multiplier' && b.kind === 'multiplier') return true;
  }
  // Readings that are believed, and left out.
  if ((a.kind === 'accept') === (b.kind === 'accept')) return false;
  const [end, otherEnd] = [endOfRange(a), endOfRange(b)];
  if (end === undefined || otherEnd === undefined) return false;
  return a.fromMs < otherEnd && b.fromMs < end;
}

/** The end of the readings that a decision speaks of; undefined where it speaks of none. */
function endOfRange({ kind, fromMs, toMs }: AppliedDecision): number | undefined {
  if (kind === 'exclude' || kind === 'accept') return toMs ?? fromMs + 1;
  return kind === 'value' ? (toMs ?? fromMs + 1) : undefined;
}

function bad(message: string): DecisionProblem {
  return { code: 'bad-request', message };
}

function conflict(message: string): DecisionProblem {
  return { code: 'conflict', message };
}
