import type { Point } from '../usage/account-state.ts';
import type { UsageMeter } from '../usage/meter-config.ts';
import type { RegisterPlan } from '../usage/register-plan.ts';
import type { AccountPoint, RunBegin } from './account.ts';
import type { PiecePoint } from './pieces-of-step.ts';

/** Tells of a point of a register's curve where it comes from, and of an instant what happened to the register. */
export interface PointNames {
  /** A register at an instant: `isEnd` where usage ends there, so that of two registers it is the one that closed. */
  name(point: PiecePoint, isEnd: boolean): AccountPoint;
  /** What is known to have happened to the register between two instants, the first excluded; undefined: nothing. */
  eventWithin(afterMs: number, untilMs: number): RunBegin | undefined;
}

/** Names the points of a meter by what people said of it; whatever nobody said is a stored reading. */
export function createPointNames(meter: UsageMeter, plan: RegisterPlan): PointNames {
  const decisions = meter.decisions ?? [];
  const manual = new Map((meter.manual ?? []).map(({ atMs, id }) => [atMs, id]));
  const values = new Map(
    decisions.flatMap(({ kind, fromMs, id }) => (kind === 'value' ? [[fromMs, id] as const] : [])),
  );
  const happened: { atMs: number; begins: RunBegin | undefined; id?: string }[] = [
    ...(meter.events ?? []).map(({ kind, atMs }) => ({ atMs, begins: kind === 'removal' ? undefined : kind })),
    ...decisions.flatMap(({ kind, fromMs, id }) =>
      kind === 'replacement' || kind === 'reset' ? [{ atMs: fromMs, begins: kind, id }] : [],
    ),
  ].toSorted((a, b) => a.atMs - b.atMs);

  function given({ atMs, register, isManual }: Point): AccountPoint | undefined {
    if (isManual === undefined) return undefined;
    const decided = values.get(atMs);
    if (decided !== undefined) return { atMs, register, source: 'decision', id: decided };
    const id = manual.get(atMs);
    return { atMs, register, source: 'manual', ...(id === undefined ? {} : { id }) };
  }

  function changed({ atMs, register }: Point, isEnd: boolean): AccountPoint | undefined {
    const change = plan.changes?.find((one) => one.atMs === atMs);
    if (change === undefined || (isEnd ? change.closing : change.opening) !== register) return undefined;
    // A decision stands in the place of what the registry says of the same instant.
    const { id } = happened.findLast((one) => one.atMs === atMs) ?? {};
    return id === undefined ? { atMs, register, source: 'event' } : { atMs, register, source: 'decision', id };
  }

  function name(point: PiecePoint, isEnd: boolean): AccountPoint {
    const { atMs, register, between } = point;
    if (between !== undefined)
      return { atMs, register, source: 'interpolated', between: [name(between[0], false), name(between[1], true)] };
    return given(point) ?? changed(point, isEnd) ?? { atMs, register, source: 'reading' };
  }

  return {
    name,
    eventWithin: (afterMs, untilMs) =>
      happened.findLast(({ atMs, begins }) => begins !== undefined && atMs > afterMs && atMs <= untilMs)?.begins,
  };
}
