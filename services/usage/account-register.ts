import type { Finding } from '../../domain/finding.ts';
import { fromMicro, registerToMicro } from '../../domain/micro.ts';
import type { AccountState, Point } from './account-state.ts';
import type { RegisterRules } from './register-plan.ts';

/** What a reading means for usage. */
export type Step =
  | UsageStep
  /** The register stands on a new level: between the two instants nothing is known. */
  | { kind: 'break'; fromMs: number; toMs: number };

/** Usage of `micro` millionths between the two instants. */
export interface UsageStep {
  kind: 'usage';
  fromMs: number;
  toMs: number;
  micro: bigint;
  /** Where the multiplier changed in between: the usage up to there. Undefined where it did not. */
  bends: readonly { atMs: number; micro: bigint }[] | undefined;
  /** The readings that bound it. */
  from: Point;
  to: Point;
}

/** What is told of a reading beside its usage, and asked about it. */
export interface Watch {
  note(finding: Finding): void;
  /** How long a register stands before {@link AccountState.standing} is asked for. */
  standsLongMs: number;
  /** A register has stood for long since an instant: whether its meter is at fault. */
  judgeStanding(sinceMs: number): 'stuck' | 'resting';
  /** Gaps between readings longer than this are told, those that follow each other as one. */
  longGapMs: number;
}

/** Beside the reading: the one that follows it, who watches, and whether a decision has it believed. */
export interface ReadingContext {
  /** The next reading of the same register; left out: there is none yet. */
  next?: Point | undefined;
  watch?: Watch | undefined;
  isBelieved?: boolean;
}

/** This many readings that agree with each other make a new level believed. */
const READINGS_OF_A_LEVEL = 3;
/** This many readings in a row, each below the one before, are a register that runs backwards. */
const READINGS_OF_A_FALL = 3;
/** Registers count in hundredths at the finest that matters here; a step within one is no excess. */
const RESOLUTION = 0.01;
/** More than any meter counts from one reading to the next, in millionths: 10⁸ kWh, m³ or GJ. */
const MOST_OF_A_STEP = 100_000_000_000_000n;
const CLOCK_SLACK_MS = 1000;
/** Where no rated maximum is known, a register rolls over from its last tenth into its first. */
const ROLLOVER_MARGIN = 0.1;
/** A register that was not read for longer may have moved meanwhile and come round: it stands from the next reading on. */
const LONGEST_UNSEEN_MS = 86_400_000;
const ALONE: ReadingContext = {};

/**
 * Takes the next reading, in order of device time, and says what usage it makes. A reading that does not follow from
 * the last good one (a decrease that is no rollover, a rise above the rated maximum, or beyond 10⁸ units in one step),
 * or that the reading behind it takes back, is suspect and counts nothing: if the register returns, it is left out; if
 * three readings agree on the new level, intervals go on from there and the step itself counts nowhere. One that a
 * decision has believed counts if it rises, and begins a new level if it falls. Mutates `state`.
 */
export function accountReading(
  state: AccountState,
  reading: Point,
  rules: RegisterRules,
  { next, watch, isBelieved = false }: ReadingContext = ALONE,
): Step[] {
  const { last } = state;
  if (last === undefined) {
    beginWith(state, reading);
    return [];
  }
  const usage = usageBetween(last, reading, rules, isBelieved);
  if (usage !== undefined && (isBelieved || !isTakenBack(last, reading, next, rules))) {
    settleSuspects(state, 'outlier', watch);
    takeReading(state, reading, watch);
    return [usage];
  }
  if (isBelieved) {
    settleSuspects(state, 'outlier', watch);
    endRuns(state, watch);
    beginWith(state, reading);
    state.standsFromMs = reading.atMs;
    return [{ kind: 'break', fromMs: last.atMs, toMs: reading.atMs }];
  }
  return suspect(state, reading, rules, watch);
}

/** No reading follows: tells what is still open. `state` is not to be used after it. */
export function finishAccount(state: AccountState, watch: Watch): void {
  settleSuspects(state, 'suspect', watch);
  endRuns(state, watch);
}

/** The register counts from `reading` on, and nothing before it bears on that. Mutates `state`. */
export function beginWith(state: AccountState, reading: Point): void {
  state.last = reading;
  state.anchor = reading;
  state.isHidden = false;
  // Whether it has ever counted is known by whether it stands.
  if (state.standsFromMs !== undefined) state.standsFromMs = reading.atMs;
  state.standing = undefined;
  state.gapFromMs = undefined;
}

/** Readings that stayed suspect are told, as what they came to, and forgotten. Mutates `state`. */
export function settleSuspects(state: AccountState, as: 'outlier' | 'suspect', watch: Watch | undefined): void {
  if (state.suspects.length === 0) return;
  const wasFall = settleFall(state, watch);
  const latest = state.suspects.at(-1)!;
  const { last } = state;
  // A register that is rounded now up, now down is nothing to look at.
  const isJitter = last !== undefined && Math.abs(last.register - latest.register) <= RESOLUTION;
  if (!wasFall && !isJitter)
    watch?.note({
      kind: as,
      fromMs: state.suspectFromMs ?? latest.atMs,
      toMs: latest.atMs,
      registerBefore: last?.register ?? null,
      registerAfter: latest.register,
    });
  state.suspects = [];
  state.suspectFromMs = undefined;
}

/** The register is another one, or nothing follows: what has gone on up to here is told. Mutates `state`. */
export function endRuns(state: AccountState, watch: Watch | undefined): void {
  endStanding(state, watch);
  endGaps(state, watch);
}

/** The register has moved: if its meter was at fault, that is told. */
function endStanding({ last, standsFromMs, standing }: AccountState, watch: Watch | undefined): void {
  if (standing !== 'stuck' || last === undefined) return;
  noteBetween('stuck', { atMs: standsFromMs!, register: last.register }, last, watch);
}

function endGaps(state: AccountState, watch: Watch | undefined): void {
  const { last, gapFromMs } = state;
  if (gapFromMs === undefined || last === undefined) return;
  state.gapFromMs = undefined;
  watch?.note({ kind: 'gap', fromMs: gapFromMs, toMs: last.atMs, registerBefore: null, registerAfter: null });
}

function takeReading(state: AccountState, reading: Point, watch: Watch | undefined): void {
  const last = state.last!;
  const gapMs = reading.atMs - last.atMs;
  if (watch !== undefined) {
    if (reading.register < last.register) noteBetween('rollover', last, reading, watch);
    // One who reads a meter month by month leaves no gaps.
    if (gapMs > watch.longGapMs && !(last.isManual === true && reading.isManual === true))
      state.gapFromMs ??= last.atMs;
    else if (state.gapFromMs !== undefined) endGaps(state, watch);
  }
  const hasStood = reading.register === last.register;
  const isUnseen = gapMs > LONGEST_UNSEEN_MS && gapMs > (watch?.longGapMs ?? Number.POSITIVE_INFINITY);
  if (state.standing !== undefined && (!hasStood || isUnseen)) endStanding(state, watch);
  state.anchor = last;
  state.last = reading;
  if (!hasStood || (isUnseen && state.standsFromMs !== undefined)) {
    state.standsFromMs = reading.atMs;
    state.standing = undefined;
  } else if (state.standsFromMs !== undefined && state.standing === undefined && watch !== undefined) {
    const stoodMs = reading.atMs - state.standsFromMs;
    if (stoodMs >= watch.standsLongMs) state.standing = watch.judgeStanding(state.standsFromMs);
  }
}

function noteBetween(kind: Finding['kind'], from: Point, to: Point, watch: Watch | undefined): void {
  const registers = { registerBefore: from.register, registerAfter: to.register };
  watch?.note({ kind, fromMs: from.atMs, toMs: to.atMs, ...registers });
}

function suspect(state: AccountState, reading: Point, rules: RegisterRules, watch: Watch | undefined): Step[] {
  const previous = state.suspects.at(-1);
  const before = previous ?? state.last!;
  const follows = previous !== undefined && usageBetween(previous, reading, rules) !== undefined;
  if (reading.register < before.register && !follows)
    state.fall = state.fall === undefined ? { from: before, count: 1 } : { ...state.fall, count: state.fall.count + 1 };
  else settleFall(state, watch);
  state.suspects = follows ? [...state.suspects, reading] : [reading];
  state.suspectFromMs ??= reading.atMs;
  return state.suspects.length < READINGS_OF_A_LEVEL ? [] : startLevel(state, rules, watch);
}

/** True where a fall was told. */
function settleFall(state: AccountState, watch: Watch | undefined): boolean {
  const { fall, suspects } = state;
  state.fall = undefined;
  if (fall === undefined || fall.count < READINGS_OF_A_FALL) return false;
  noteBetween('reversed', fall.from, suspects.at(-1)!, watch);
  return true;
}

function startLevel(state: AccountState, rules: RegisterRules, watch: Watch | undefined): Step[] {
  const level = state.suspects;
  const last = state.last!;
  const first = level[0]!;
  endRuns(state, watch);
  noteBetween('new-level', last, first, watch);
  state.suspects = [];
  state.suspectFromMs = undefined;
  beginWith(state, first);
  state.standsFromMs = first.atMs;
  const steps: Step[] = [{ kind: 'break', fromMs: last.atMs, toMs: first.atMs }];
  for (const point of level.slice(1)) {
    steps.push(usageBetween(state.last!, point, rules)!);
    takeReading(state, point, watch);
  }
  return steps;
}

/**
 * True where the reading behind one is what shows that it was none: after a rise the register is back below it, or
 * after a rollover above where it had been, and follows from the last good one as if nothing had been in between.
 */
function isTakenBack(last: Point, reading: Point, next: Point | undefined, rules: RegisterRules): boolean {
  if (next === undefined || next.register < last.register) return false;
  const isBack = reading.register < last.register || next.register < reading.register - RESOLUTION;
  return isBack && usageBetween(last, next, rules) !== undefined;
}

/** Usage between two readings, multipliers applied; undefined where the second does not follow. */
export function usageBetween(from: Point, to: Point, rules: RegisterRules, isBelieved = false): UsageStep | undefined {
  const hours = (to.atMs - from.atMs + CLOCK_SLACK_MS) / 3_600_000;
  const most = rules.ratedPerHour === undefined ? undefined : rules.ratedPerHour * hours + RESOLUTION;
  const { multiplier, multipliersFrom } = rules;
  let micro = registerToMicro(to.register, multiplier) - registerToMicro(from.register, multiplier);
  const rises = micro >= 0n;
  if (rises) {
    if (most !== undefined && !isBelieved && to.register - from.register > most) return undefined;
  } else {
    if (!rolledOver(from.register, to.register, most, rules.modulus)) return undefined;
    micro += registerToMicro(rules.modulus!, multiplier);
  }
  const usage =
    multipliersFrom === undefined
      ? usageStep(from, to, micro, undefined)
      : usageOfSeveral(from, to, rises ? 0 : rules.modulus!, { multiplier, multipliersFrom });
  return isBelieved || usage.micro <= MOST_OF_A_STEP ? usage : undefined;
}

/** Usage between two readings by each multiplier in force; `rolled` is what the register fell by where it rolled over. */
function usageOfSeveral(
  from: Point,
  to: Point,
  rolled: number,
  { multiplier, multipliersFrom }: Required<Pick<RegisterRules, 'multiplier' | 'multipliersFrom'>>,
): UsageStep {
  const upTo = (factor: number): bigint => registerToMicro(to.register, factor) + registerToMicro(rolled, factor);
  // The register at each change, by time, as if it had been read there: what is counted up to it and from it agree.
  const start = registerToMicro(from.register, 1);
  const rise = upTo(1) - start;
  const span = BigInt(to.atMs - from.atMs);
  const bends: { atMs: number; micro: bigint }[] = [];
  let [micro, inForce, begun] = [0n, multiplier, from.register];
  for (const change of multipliersFrom) {
    if (change.atMs >= to.atMs) break;
    if (change.atMs > from.atMs) {
      const register = fromMicro(start + (rise * BigInt(change.atMs - from.atMs)) / span);
      micro += registerToMicro(register, inForce) - registerToMicro(begun, inForce);
      bends.push({ atMs: change.atMs, micro });
      begun = register;
    }
    inForce = change.multiplier;
  }
  micro += upTo(inForce) - registerToMicro(begun, inForce);
  return usageStep(from, to, micro, bends.length === 0 ? undefined : bends);
}

function usageStep(from: Point, to: Point, micro: bigint, bends: UsageStep['bends']): UsageStep {
  return { kind: 'usage', fromMs: from.atMs, toMs: to.atMs, micro, bends, from, to };
}

// (modulus − previous + current) ≤ rated maximum × Δt < modulus
function rolledOver(from: number, to: number, most: number | undefined, modulus: number | undefined): boolean {
  if (modulus === undefined || from > modulus || to < 0) return false;
  if (most !== undefined) return modulus - from + to <= most && most < modulus;
  return from >= modulus * (1 - ROLLOVER_MARGIN) && to <= modulus * ROLLOVER_MARGIN;
}
