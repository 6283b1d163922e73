import type { Quality } from '../../domain/quality.ts';

/** Meter-milliseconds of a range by how its usage is known. */
export interface AccountedQuality {
  measuredMs: number;
  estimatedMs: number;
  manualMs: number;
  missingMs: number;
}

/** A register that bounds something, and where it comes from. Canonical units, before the multiplier. */
export interface AccountPoint {
  atMs: number;
  register: number;
  source: 'reading' | 'manual' | 'event' | 'decision' | 'interpolated';
  /** Of the manual reading or the decision. */
  id?: string;
  /** Of a stored reading. */
  position?: number;
  receivedAtMs?: number;
  /** Of an interpolated one. */
  between?: readonly [AccountPoint, AccountPoint];
}

/** How usage between two readings is spread over the time between them. */
export type Shape = 'linear' | 'flat' | 'like-days';

/** A bound of the range that lies between two readings; amounts in millionths. */
export interface AccountCut {
  atMs: number;
  before: AccountPoint;
  after: AccountPoint;
  micro: bigint;
  /** What of it lies outside of the range. */
  outsideMicro: bigint;
  shape: Shape;
}

/** Why a run begins where it does. */
export type RunBegin =
  | 'first-reading'
  | 'range'
  | 'multiplier'
  | 'installation'
  | 'replacement'
  | 'reset'
  | 'new-level'
  | 'after-a-gap';

/** A stretch of the register without an event. */
export interface AccountRun {
  kind: 'register' | 'deltas' | 'rate';
  begins: RunBegin;
  first: AccountPoint;
  last: AccountPoint;
  multiplier: number;
  rollovers: { before: AccountPoint; after: AccountPoint; modulus: number }[];
  /** From `first` to `last`, × the multiplier, in millionths. */
  micro: bigint;
  startCut: AccountCut | undefined;
  endCut: AccountCut | undefined;
  /** Readings that count in it, both ends included. */
  readings: number;
}

/** Two readings further apart than expected. */
export interface AccountGap {
  fromMs: number;
  toMs: number;
  micro: bigint;
  quality: Quality;
  shape: Shape;
  /** Of one that has the shape of like days: its days, and those whose mean each has. Starts of days. */
  days: readonly { dayMs: number; likeDaysMs: readonly number[] }[];
}

/** Readings, or a step of the register, that count nowhere. */
export interface AccountLeftOut {
  fromMs: number;
  toMs: number;
  reason: 'suspect' | 'new-level' | 'decision' | 'not-installed' | 'event';
  readings: number;
  first: AccountPoint | undefined;
  /** Of what a decision leaves out: its id. */
  decision?: string;
}

/** What a meter's amount over [fromMs, toMs) is made of: Σ of {@link amountOfRun} over the runs. */
export interface MeterAccount {
  meter: string;
  fromMs: number;
  toMs: number;
  amountMicro: bigint;
  runs: AccountRun[];
  gaps: AccountGap[];
  leftOut: AccountLeftOut[];
  /** The lists are cut: there are others. */
  more: boolean;
}

/** What of a run's usage lies within the range, in millionths. */
export function amountOfRun({ micro, startCut, endCut }: AccountRun): bigint {
  return micro - (startCut?.outsideMicro ?? 0n) - (endCut?.outsideMicro ?? 0n);
}

/** Every point that an account names, those beside interpolated ones too. */
export function allPointsOf({ runs, leftOut }: MeterAccount): AccountPoint[] {
  const ofCut = (cut: AccountCut | undefined): AccountPoint[] => (cut === undefined ? [] : [cut.before, cut.after]);
  const ofRun = (run: AccountRun): AccountPoint[] => [
    run.first,
    run.last,
    ...ofCut(run.startCut),
    ...ofCut(run.endCut),
    ...run.rollovers.flatMap(({ before, after }) => [before, after]),
  ];
  const points = [...runs.flatMap(ofRun), ...leftOut.flatMap(({ first }) => first ?? [])];
  return points.flatMap((point) => [point, ...(point.between ?? [])]);
}
