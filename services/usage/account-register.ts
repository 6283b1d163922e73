import { fromMicro, registerToMicro } from '../../domain/micro.ts';
import type { RegisterRules } from './meter-config.ts';

/** A register reading: device time in epoch milliseconds, register in canonical units. */
export interface Point {
  atMs: number;
  register: number;
}

/** Where the accounting of a register stands after some readings; the next reading is judged against it. */
export interface AccountState {
  /** The last reading that counts. */
  last: Point | undefined;
  /** Readings since then that do not follow from it: suspect until the register returns or stays. */
  suspects: Point[];
}

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
}

/** This many readings that agree with each other make a new level believed. */
const READINGS_OF_A_LEVEL = 3;
/** Registers count in hundredths at the finest that matters here; a step within one is no excess. */
const RESOLUTION = 0.01;
/** More than any meter counts from one reading to the next, in millionths: 10⁸ kWh, m³ or GJ. */
const MOST_OF_A_STEP = 100_000_000_000_000n;
const CLOCK_SLACK_MS = 1000;
/** Where no rated maximum is known, a register rolls over from its last tenth into its first. */
const ROLLOVER_MARGIN = 0.1;

/** A register before its first reading. */
export function newAccount(): AccountState {
  return { last: undefined, suspects: [] };
}

/**
 * Takes the next reading, in order of device time, and says what usage it makes. A reading that does not follow from
 * the last good one (a decrease that is no rollover, a rise above the rated maximum, or beyond 10⁸ units in one step) is suspect and counts nothing:
 * if the register returns, it is left out; if three readings agree on the new level, intervals go on from there and
 * the step itself counts nowhere. Mutates `state`.
 */
export function accountReading(state: AccountState, reading: Point, rules: RegisterRules): Step[] {
  const { last, suspects } = state;
  if (last === undefined) {
    state.last = reading;
    return [];
  }
  const usage = usageBetween(last, reading, rules);
  if (usage !== undefined) {
    state.last = reading;
    if (suspects.length > 0) state.suspects = [];
    return [usage];
  }
  const previous = suspects.at(-1);
  const follows = previous !== undefined && usageBetween(previous, reading, rules) !== undefined;
  state.suspects = follows ? [...suspects, reading] : [reading];
  return state.suspects.length < READINGS_OF_A_LEVEL ? [] : startLevel(state, rules);
}

function startLevel(state: AccountState, rules: RegisterRules): Step[] {
  const level = state.suspects;
  const steps: Step[] = [{ kind: 'break', fromMs: state.last!.atMs, toMs: level[0]!.atMs }];
  for (const [index, point] of level.entries()) {
    const previous = level[index - 1];
    if (previous !== undefined) steps.push(usageBetween(previous, point, rules)!);
  }
  state.last = level.at(-1);
  state.suspects = [];
  return steps;
}

/** Usage between two readings, multipliers applied; undefined where the second does not follow. */
function usageBetween(from: Point, to: Point, rules: RegisterRules): UsageStep | undefined {
  const hours = (to.atMs - from.atMs + CLOCK_SLACK_MS) / 3_600_000;
  const most = rules.ratedPerHour === undefined ? undefined : rules.ratedPerHour * hours + RESOLUTION;
  const { multiplier, multipliersFrom } = rules;
  let micro = registerToMicro(to.register, multiplier) - registerToMicro(from.register, multiplier);
  const rises = micro >= 0n;
  if (rises) {
    if (most !== undefined && to.register - from.register > most) return undefined;
  } else {
    if (!rolledOver(from.register, to.register, most, rules.modulus)) return undefined;
    micro += registerToMicro(rules.modulus!, multiplier);
  }
  const usage =
    multipliersFrom === undefined
      ? usageStep(from, to, micro, undefined)
      : usageOfSeveral(from, to, rises ? 0 : rules.modulus!, { multiplier, multipliersFrom });
  return usage.micro <= MOST_OF_A_STEP ? usage : undefined;
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
  return { kind: 'usage', fromMs: from.atMs, toMs: to.atMs, micro, bends };
}

// (modulus − previous + current) ≤ rated maximum × Δt < modulus
function rolledOver(from: number, to: number, most: number | undefined, modulus: number | undefined): boolean {
  if (modulus === undefined || from > modulus || to < 0) return false;
  if (most !== undefined) return modulus - from + to <= most && most < modulus;
  return from >= modulus * (1 - ROLLOVER_MARGIN) && to <= modulus * ROLLOVER_MARGIN;
}

/** The state as text; empty where the last reading is good, so that the readings themselves say it. */
export function stateToText(state: AccountState): string {
  if (state.suspects.length === 0) return '';
  return JSON.stringify([state.last, ...state.suspects].map((point) => [point!.atMs, point!.register]));
}

/** The inverse of {@link stateToText}; `lastReading` is the last reading before the state. */
export function stateFromText(text: string, lastReading: Point | undefined): AccountState {
  if (text === '') return { last: lastReading, suspects: [] };
  const points = (JSON.parse(text) as [number, number][]).map(([atMs, register]) => ({ atMs, register }));
  return { last: points[0], suspects: points.slice(1) };
}
