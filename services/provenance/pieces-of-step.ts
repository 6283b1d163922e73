import { bug } from '../../domain/errors.ts';
import { fromMicro, registerToMicro } from '../../domain/micro.ts';
import type { UsageStep } from '../usage/account-register.ts';
import type { Point } from '../usage/account-state.ts';
import type { RegisterPlan } from '../usage/register-plan.ts';

/** A point of a register's curve; `between` where a multiplier changed between two readings. */
export interface PiecePoint extends Point {
  between?: readonly [Point, Point];
}

/** A part of a step between two readings, under one multiplier. */
export interface StepPiece {
  from: PiecePoint;
  to: PiecePoint;
  /** Millionths: the registers' difference × the multiplier, each rounded for itself. */
  micro: bigint;
  multiplier: number;
  /** The modulus that the register went over in it. */
  rolledOver: number | undefined;
}

/**
 * A step of the accounting cut where a multiplier begins, each part worked out from its registers. What they make must be
 * what the accounting made of them: else it fails.
 */
export function piecesOfStep(step: UsageStep, plan: RegisterPlan): StepPiece[] {
  const { from, to, micro } = step;
  // As nearly always.
  if (plan.rules.multipliersFrom === undefined && to.register >= from.register)
    return [{ from, to, micro, multiplier: plan.rules.multiplier, rolledOver: undefined }];
  const moduli = [plan.rules, ...(plan.changes ?? []).map(({ before }) => before)].map(({ modulus }) => modulus);
  const rolled = step.to.register < step.from.register ? new Set(moduli) : new Set([undefined]);
  for (const modulus of rolled) {
    const pieces = piecesWith(step, modulus, plan);
    if (pieces.reduce((sum, piece) => sum + piece.micro, 0n) === micro) return pieces;
  }
  return bug(`the usage of ${step.fromMs} to ${step.toMs} is not what its registers make`);
}

function piecesWith({ from, to }: UsageStep, rolledOver: number | undefined, plan: RegisterPlan): StepPiece[] {
  const changes = (plan.rules.multipliersFrom ?? []).filter(({ atMs }) => atMs > from.atMs && atMs < to.atMs);
  const start = registerToMicro(from.register, 1);
  const rise = registerToMicro(to.register, 1) + registerToMicro(rolledOver ?? 0, 1) - start;
  const pieces: StepPiece[] = [];
  let begun: PiecePoint = from;
  for (const { atMs } of [...changes, to]) {
    const isEnd = atMs === to.atMs;
    const multiplier = multiplierAt(plan, begun.atMs);
    // The register there by time, as if it had been read: what is counted up to it and from it agree.
    const register = fromMicro(start + (rise * BigInt(atMs - from.atMs)) / BigInt(to.atMs - from.atMs));
    const point: PiecePoint = isEnd ? to : { atMs, register, between: [from, to] };
    let micro = registerToMicro(point.register, multiplier) - registerToMicro(begun.register, multiplier);
    if (isEnd && rolledOver !== undefined) micro += registerToMicro(rolledOver, multiplier);
    pieces.push({ from: begun, to: point, micro, multiplier, rolledOver: isEnd ? rolledOver : undefined });
    begun = point;
  }
  return pieces;
}

function multiplierAt({ rules }: RegisterPlan, ms: number): number {
  return rules.multipliersFrom?.findLast(({ atMs }) => atMs <= ms)?.multiplier ?? rules.multiplier;
}
