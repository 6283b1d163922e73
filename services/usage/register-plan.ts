import { unitFactor } from '../../domain/quantity.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { AppliedDecision, UsageMeter } from './meter-config.ts';

/** The rules by which a register is read, in canonical units on the register's side of the multiplier. */
export interface RegisterRules {
  modulus: number | undefined;
  ratedPerHour: number | undefined;
  /** The first multiplier: what was before its date counts by it too. */
  multiplier: number;
  /** Those that follow, by rising instant; left out where it never changed. */
  multipliersFrom?: readonly MultiplierChange[];
}

interface MultiplierChange {
  atMs: number;
  multiplier: number;
}

/** The register that counted ended at an instant, or another one began, or both; in canonical units. */
export interface RegisterChange {
  atMs: number;
  /** Undefined where nobody read it. */
  closing: number | undefined;
  opening: number | undefined;
  /** The rules of the register that ended. */
  before: RegisterRules;
}

/** Readings of [fromMs, toMs). */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** A register that a person gave, canonical units. */
export interface GivenRegister {
  atMs: number;
  register: number;
  /** By a decision, in the place of readings; else read off the meter where no reading stands. */
  isDecided: boolean;
}

/** How the readings of a meter become usage, over all of its history. */
export interface RegisterPlan {
  /** The rules of the register that counts last. */
  rules: RegisterRules;
  /** By rising instant; left out where the register was always the same. */
  changes?: readonly RegisterChange[];
  /** Readings count from the one instant on and before the other. */
  installedMs?: number;
  removedMs?: number;
  /** Readings that a decision leaves out, and those that it has believed; left out where there are none. */
  leftOut?: readonly Span[];
  believed?: readonly Span[];
  /** By rising instant; left out where there are none. */
  given?: readonly GivenRegister[];
  /** Canonical units in an hour at a rate of 1, where it is not one: kW of heat or cold in GJ. */
  unitsPerRate?: number;
  /** What the meter counts may rest for months, by season: heat, cooling, gas, water. */
  mayRest?: true;
}

/** The plan that the registry's multipliers and events of a meter make, with the decisions and manual readings. */
export function registerPlan(meter: UsageMeter, zone: Zone): RegisterPlan {
  const factor = unitFactor(meter.medium, meter.registerUnit) ?? 1;
  const rules: RegisterRules = {
    modulus: scaled(meter.registerModulus, factor),
    ratedPerHour: scaled(meter.ratedMaximum, factor),
    ...multipliersOf(meter, zone),
  };
  return {
    rules,
    ...changesOf(meter, rules, factor),
    ...correctionsOf(meter, factor),
    ...(meter.medium === 'electricity' ? {} : { mayRest: true }),
    ...(meter.medium === 'heat' || meter.medium === 'cooling'
      ? { unitsPerRate: unitFactor(meter.medium, 'kWh')! }
      : {}),
  };
}

function scaled(value: number | null, factor: number): number | undefined {
  return value === null ? undefined : value * factor;
}

/** Dated multipliers, each of them up to the next; a decision's counts up to the next dated one too. */
function multipliersOf(
  { multipliers, decisions = [] }: UsageMeter,
  zone: Zone,
): Pick<RegisterRules, 'multiplier' | 'multipliersFrom'> {
  const dated = multipliers.map(({ multiplier, validFrom }) => ({ atMs: startOfDate(validFrom, zone), multiplier }));
  const decided = decisions.flatMap(({ kind, fromMs, multiplier }) =>
    kind === 'multiplier' && multiplier !== null ? [{ atMs: fromMs, multiplier }] : [],
  );
  const multiplier = dated[0]?.multiplier ?? 1;
  // The first multiplier counts from ever, so its own date matters only behind a decision.
  const later = decided.some(({ atMs }) => atMs < (dated[0]?.atMs ?? 0)) ? dated : dated.slice(1);
  const at = new Map([...later, ...decided].map((change) => [change.atMs, change]));
  if (at.size === 0) return { multiplier };
  return { multiplier, multipliersFrom: [...at.values()].sort((a, b) => a.atMs - b.atMs) };
}

type Event = Pick<NonNullable<UsageMeter['events']>[number], 'atMs' | 'closingRegister' | 'openingRegister'> & {
  kind: 'installation' | 'replacement' | 'removal';
  registerModulusBefore?: number | null;
  ratedMaximumBefore?: number | null;
};

function changesOf(
  { events = [], decisions = [] }: UsageMeter,
  rules: RegisterRules,
  factor: number,
): Pick<RegisterPlan, 'changes' | 'installedMs' | 'removedMs'> {
  const decided = decisions.flatMap((decision) => eventOf(decision) ?? []);
  if (events.length + decided.length === 0) return {};
  const at = new Map<number, Event>([...events, ...decided].map((event) => [event.atMs, event]));
  const plan: Pick<RegisterPlan, 'changes' | 'installedMs' | 'removedMs'> = {};
  const changes: RegisterChange[] = [];
  let before = rules;
  for (const event of [...at.values()].sort((a, b) => b.atMs - a.atMs)) {
    if (event.registerModulusBefore !== undefined)
      before = { ...before, modulus: scaled(event.registerModulusBefore, factor) };
    if (event.ratedMaximumBefore !== undefined)
      before = { ...before, ratedPerHour: scaled(event.ratedMaximumBefore, factor) };
    const closing = event.kind === 'installation' ? undefined : scaled(event.closingRegister, factor);
    const opening = event.kind === 'removal' ? undefined : scaled(event.openingRegister, factor);
    // What is read at the instant of a removal is still of the meter, unless the event itself says what it showed.
    const atMs = event.kind === 'removal' && closing === undefined ? event.atMs + 1 : event.atMs;
    changes.unshift({ atMs, closing, opening, before });
    if (event.kind === 'installation') plan.installedMs = atMs;
    if (event.kind === 'removal') plan.removedMs = atMs;
  }
  return { ...plan, changes };
}

/** A register that was reset without anybody reading it begins at zero. */
function eventOf({ kind, fromMs, closingRegister, openingRegister }: AppliedDecision): Event | undefined {
  if (kind !== 'replacement' && kind !== 'reset') return undefined;
  const opening = kind === 'reset' ? (openingRegister ?? 0) : openingRegister;
  return { kind: 'replacement', atMs: fromMs, closingRegister, openingRegister: opening };
}

function correctionsOf(
  { decisions = [], manual = [] }: UsageMeter,
  factor: number,
): Pick<RegisterPlan, 'leftOut' | 'believed' | 'given'> {
  const leftOut: Span[] = [];
  const believed: Span[] = [];
  const given = new Map<number, GivenRegister>(
    manual.map(({ atMs, register }) => [atMs, { atMs, register: register * factor, isDecided: false }]),
  );
  for (const { kind, fromMs, toMs, register } of decisions) {
    const span = { fromMs, toMs: toMs ?? fromMs + 1 };
    if (kind === 'exclude' || kind === 'value') leftOut.push(span);
    if (kind === 'accept') believed.push(span);
    if (kind !== 'value' || register === null) continue;
    believed.push({ fromMs, toMs: fromMs + 1 });
    given.set(fromMs, { atMs: fromMs, register: register * factor, isDecided: true });
  }
  return {
    ...(leftOut.length === 0 ? {} : { leftOut }),
    ...(believed.length === 0 ? {} : { believed }),
    ...(given.size === 0 ? {} : { given: [...given.values()].sort((a, b) => a.atMs - b.atMs) }),
  };
}
