import { bug } from '../../domain/errors.ts';
import { registerToMicro } from '../../domain/micro.ts';
import { QUALITIES, QUALITY_CODE } from '../../domain/quality.ts';
import type { UsageStep } from '../usage/account-register.ts';
import type { GapShape } from '../usage/gap-shape.ts';
import { boundaryQuality, type GapLimits } from '../usage/interval-code.ts';
import type { RegisterPlan } from '../usage/register-plan.ts';
import type { AccountCut, AccountGap, AccountLeftOut, AccountPoint, AccountRun, RunBegin, Shape } from './account.ts';
import type { PointNames } from './name-points.ts';
import { piecesOfStep, type StepPiece } from './pieces-of-step.ts';
import type { Traced } from './trace-register.ts';

/** Most entries of each list of an account. */
const MOST_ENTRIES = 200;

/** Folds what the accounting of a register does into the runs that its amount over a range is made of. */
export interface RunFold {
  take(traced: Traced): void;
  finish(): { runs: AccountRun[]; gaps: AccountGap[]; leftOut: AccountLeftOut[]; amountMicro: bigint; more: boolean };
}

/** What {@link createRunFold} works on: a range of device time, in milliseconds. */
export interface FoldInput {
  kind: 'register' | 'deltas';
  fromMs: number;
  toMs: number;
  plan: RegisterPlan;
  names: PointNames;
  limits: GapLimits;
  /** The shape of a gap that is estimated; undefined where it is flat. Asked only of gaps that the range cuts. */
  shapeOf(step: UsageStep): GapShape | undefined;
}

/** Starts without runs. A run ends where something happens to the register; a gap between two readings is no end. */
export function createRunFold(input: FoldInput): RunFold {
  const { kind, fromMs, toMs, plan, names, limits } = input;
  const runs: AccountRun[] = [];
  const gaps: AccountGap[] = [];
  const leftOut: AccountLeftOut[] = [];
  /** The last piece of each run, named at the end: a run of a year has 35,000 of them in turn. */
  const lastOf = new Map<AccountRun, StepPiece>();
  let amountMicro = 0n;
  let current: AccountRun | undefined;
  let before: StepPiece | undefined;
  let isNewLevel = false;
  /** The last reading was left out too: both are one entry. */
  let isPassingOver = false;
  let more = false;

  function keep<T>(list: T[], entry: T): void {
    if (list.length < MOST_ENTRIES) list.push(entry);
    else more = true;
  }

  function beginOf(piece: StepPiece): RunBegin {
    if (isNewLevel) return 'new-level';
    const here = names.eventWithin(piece.from.atMs - 1, piece.from.atMs);
    if (here !== undefined) return here;
    const event = names.eventWithin(before?.to.atMs ?? Number.NEGATIVE_INFINITY, piece.from.atMs);
    if (before === undefined) return piece.from.atMs < fromMs ? 'range' : (event ?? 'first-reading');
    if (current === undefined && goesOn(piece)) return 'range';
    if (before.to.atMs === piece.from.atMs && before.multiplier !== piece.multiplier) return 'multiplier';
    return event ?? 'after-a-gap';
  }

  function goesOn(piece: StepPiece): boolean {
    if (before === undefined || isNewLevel || before.multiplier !== piece.multiplier) return false;
    return kind === 'deltas' || (before.to.atMs === piece.from.atMs && before.to.register === piece.from.register);
  }

  function addPiece(piece: StepPiece, step: UsageStep): void {
    if (piece.from.atMs >= toMs) return;
    if (piece.to.atMs > fromMs) {
      if (current === undefined || !goesOn(piece)) keep(runs, (current = beginRun(piece)));
      lastOf.set(current, piece);
      current.micro += piece.micro;
      current.readings++;
      if (piece.rolledOver !== undefined)
        keep(current.rollovers, {
          before: names.name(piece.from, false),
          after: names.name(piece.to, true),
          modulus: piece.rolledOver,
        });
      amountMicro += cutPiece(piece, step, current);
    }
    before = piece;
    isNewLevel = false;
  }

  function beginRun(piece: StepPiece): AccountRun {
    const isRegister = kind === 'register';
    return {
      kind,
      begins: beginOf(piece),
      first: isRegister ? names.name(piece.from, false) : names.name(piece.to, true),
      last: names.name(piece.to, true),
      multiplier: piece.multiplier,
      rollovers: [],
      micro: 0n,
      startCut: undefined,
      endCut: undefined,
      readings: isRegister ? 1 : 0,
    };
  }

  /** Cuts off what lies outside of the range, and returns what lies inside. */
  function cutPiece(piece: StepPiece, step: UsageStep, run: AccountRun): bigint {
    let inside = piece.micro;
    if (piece.from.atMs < fromMs) {
      run.startCut = cutAt(piece, step, fromMs);
      inside -= run.startCut.outsideMicro;
    }
    if (piece.to.atMs > toMs) {
      const { outsideMicro: within, ...cut } = cutAt(piece, step, toMs);
      run.endCut = { ...cut, outsideMicro: piece.micro - within };
      inside -= run.endCut.outsideMicro;
    }
    return inside;
  }

  /** A cut that leaves outside what lies before it. */
  function cutAt(piece: StepPiece, step: UsageStep, atMs: number): AccountCut {
    const ends = { before: pointOf(piece, 'from'), after: pointOf(piece, 'to') };
    const shape = isLong(step) ? input.shapeOf(step) : undefined;
    const [startMs, endMs] = [piece.from.atMs, piece.to.atMs];
    const start = shape?.weightUpTo(startMs) ?? 0n;
    const weight = shape === undefined ? 0n : shape.weightUpTo(endMs) - start;
    // Where like days used nothing at all, the shape says nothing.
    if (shape === undefined || weight <= 0n) {
      const outsideMicro = (piece.micro * BigInt(atMs - startMs)) / BigInt(endMs - startMs);
      return { atMs, ...ends, micro: piece.micro, outsideMicro, shape: isLong(step) ? 'flat' : 'linear' };
    }
    const outsideMicro = (piece.micro * (shape.weightUpTo(atMs) - start)) / weight;
    return { atMs, ...ends, micro: piece.micro, outsideMicro, shape: 'like-days' };
  }

  // An amount begins at no reading.
  function pointOf(piece: StepPiece, end: 'from' | 'to'): AccountPoint {
    if (kind === 'deltas' && end === 'from') return { atMs: piece.from.atMs, register: 0, source: 'interpolated' };
    return names.name(piece[end], end === 'to');
  }

  function isLong(step: UsageStep): boolean {
    return step.micro !== 0n && step.toMs - step.fromMs > limits.interpolatedMs;
  }

  function noteGap(step: UsageStep): void {
    if (step.toMs <= fromMs || step.fromMs >= toMs) return;
    const quality = boundaryQuality(step.toMs - step.fromMs, limits);
    if (quality === QUALITY_CODE.measured) return;
    const isManual = step.from.isManual === true || step.to.isManual === true;
    const shape: Shape = isLong(step) ? 'flat' : 'linear';
    const { fromMs: start, toMs: end, micro } = step;
    keep(gaps, {
      fromMs: start,
      toMs: end,
      micro,
      quality: isManual ? 'manual' : QUALITIES[quality]!,
      shape,
      days: [],
    });
  }

  // Readings left out one behind the other are one entry.
  function leaveOut(point: AccountPoint, reason: AccountLeftOut['reason']): void {
    if (point.atMs < fromMs || point.atMs >= toMs) return;
    const last = leftOut.at(-1);
    if (isPassingOver && last?.reason === reason) {
      last.toMs = point.atMs;
      last.readings++;
      return;
    }
    isPassingOver = true;
    keep(leftOut, { fromMs: point.atMs, toMs: point.atMs, reason, readings: 1, first: point });
  }

  return {
    take: (traced) => {
      if (traced.kind === 'left-out') {
        leaveOut(names.name(traced.point, true), traced.reason);
        return;
      }
      isPassingOver = false;
      if (traced.kind === 'usage') {
        for (const piece of piecesOfStep(traced, plan)) addPiece(piece, traced);
        noteGap(traced);
        return;
      }
      isNewLevel = true;
      const { fromMs: start, toMs: end } = traced;
      if (end > fromMs && start < toMs)
        keep(leftOut, { fromMs: start, toMs: end, reason: 'new-level', readings: 0, first: undefined });
    },
    finish: () => {
      for (const [run, piece] of lastOf) {
        run.last = names.name(piece.to, true);
        if (kind === 'register') requireSum(run);
      }
      return { runs, gaps, leftOut, amountMicro, more };
    },
  };
}

/** What a client works out from the ends of a run must be what its steps made. */
function requireSum({ first, last, multiplier, rollovers, micro }: AccountRun): void {
  const rolled = rollovers.reduce((sum, { modulus }) => sum + registerToMicro(modulus, multiplier), 0n);
  // Rollovers past the most that are told are missing here.
  if (rollovers.length >= MOST_ENTRIES) return;
  const made = registerToMicro(last.register, multiplier) - registerToMicro(first.register, multiplier) + rolled;
  if (made !== micro) bug(`a run from ${first.atMs} to ${last.atMs} is not what its registers make`);
}
