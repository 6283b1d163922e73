import { premisesKey } from '../../domain/premises.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import { accountingKey, type UsageMeter } from './meter-config.ts';
import { registerPlan, type RegisterPlan } from './register-plan.ts';

/** Stored usage that a changed registry makes wrong, each from an instant on. */
export interface Outdated {
  /** Meters whose readings make other intervals than before. */
  meters: Map<string, number>;
  /** Institutions for which other meters count than before, or other parts of them. */
  institutions: Map<string, number>;
}

type Meters = ReadonlyMap<string, UsageMeter>;

/** Compares what the registry says of meters with what it said before; a meter that is new has no usage yet. */
export function outdatedBy(before: Meters, after: Meters, zone: Zone): Outdated {
  const outdated: Outdated = { meters: new Map(), institutions: new Map() };
  for (const [id, old] of before) {
    const meter = after.get(id);
    if (meter === old) continue;
    if (meter !== undefined && accountingKey(old) !== accountingKey(meter))
      outdated.meters.set(id, accountedFromMs(old, meter, zone));
    const fromMs = meter === undefined ? 0 : countedFromMs(old, meter, zone);
    if (fromMs === undefined) continue;
    const concerned = [...institutionsOf(old, before), ...(meter === undefined ? [] : institutionsOf(meter, after))];
    for (const institution of concerned)
      outdated.institutions.set(institution, Math.min(fromMs, outdated.institutions.get(institution) ?? fromMs));
  }
  return outdated;
}

/** The institutions that a meter counts for, and those whose main meter it is taken off; as keys of `premisesKey`. */
export function institutionsOf(meter: UsageMeter, meters: Meters): string[] {
  const parent = meters.get(meter.parentId ?? '');
  return [...meter.shares, ...(parent?.shares ?? [])].map(({ institutionId, housing }) =>
    premisesKey(institutionId, housing === true),
  );
}

/** From when on two accounts of a meter differ; 0 where it is not only what holds from a date or an instant on. */
function accountedFromMs(old: UsageMeter, meter: UsageMeter, zone: Zone): number {
  const always = ({ medium, registerUnit, expectedIntervalS }: UsageMeter): string =>
    JSON.stringify([medium, registerUnit, expectedIntervalS]);
  if (always(old) !== always(meter)) return 0;
  const [a, b] = [registerPlan(old, zone), registerPlan(meter, zone)];
  return Math.min(multipliedFromMs(a, b), readFromMs(a, b), correctedFromMs(a, b));
}

function multipliedFromMs({ rules: a }: RegisterPlan, { rules: b }: RegisterPlan): number {
  if (a.multiplier !== b.multiplier) return 0;
  const [ours, theirs] = [a.multipliersFrom ?? [], b.multipliersFrom ?? []];
  for (let index = 0; index < Math.max(ours.length, theirs.length); index++) {
    const [one, other] = [ours[index], theirs[index]];
    if (one?.atMs !== other?.atMs || one?.multiplier !== other?.multiplier) return earlier(one, other);
  }
  return Number.POSITIVE_INFINITY;
}

function readFromMs(a: RegisterPlan, b: RegisterPlan): number {
  // What was before an installation counts, or does not.
  if (a.installedMs !== b.installedMs) return 0;
  const [ours, theirs] = [a.changes ?? [], b.changes ?? []];
  let fromMs = 0;
  for (let index = 0; index <= Math.max(ours.length, theirs.length); index++) {
    const [one, other] = [ours[index], theirs[index]];
    const [mine, yours] = [one?.before ?? a.rules, other?.before ?? b.rules];
    if (mine.modulus !== yours.modulus || mine.ratedPerHour !== yours.ratedPerHour) return fromMs;
    const isSame = one?.atMs === other?.atMs && one?.closing === other?.closing && one?.opening === other?.opening;
    if (!isSame) return earlier(one, other);
    fromMs = one?.atMs ?? fromMs;
  }
  // A replacement that is a removal now.
  if (a.removedMs !== b.removedMs) return Math.min(a.removedMs ?? Infinity, b.removedMs ?? Infinity);
  return Number.POSITIVE_INFINITY;
}

/** From the first reading on that is left out, believed or given by the one and not by the other. */
function correctedFromMs(a: RegisterPlan, b: RegisterPlan): number {
  const texts = ({ leftOut = [], believed = [], given = [] }: RegisterPlan): Map<string, number> =>
    new Map([
      ...leftOut.map((span): [string, number] => [`left out ${span.fromMs} ${span.toMs}`, span.fromMs]),
      ...believed.map((span): [string, number] => [`believed ${span.fromMs} ${span.toMs}`, span.fromMs]),
      ...given.map((one): [string, number] => [`given ${one.atMs} ${one.register} ${one.isDecided}`, one.atMs]),
    ]);
  const [ours, theirs] = [texts(a), texts(b)];
  const differing = [...ours, ...theirs].filter(([text]) => !ours.has(text) || !theirs.has(text));
  return Math.min(Number.POSITIVE_INFINITY, ...differing.map(([, fromMs]) => fromMs));
}

function earlier(one: { atMs: number } | undefined, other: { atMs: number } | undefined): number {
  return Math.min(one?.atMs ?? Number.POSITIVE_INFINITY, other?.atMs ?? Number.POSITIVE_INFINITY);
}

/** From when on other institutions, or other parts, have a meter's usage; undefined where none do. */
function countedFromMs(old: UsageMeter, meter: UsageMeter, zone: Zone): number | undefined {
  if (old.parentId !== meter.parentId) return 0;
  if (JSON.stringify(old.shares) === JSON.stringify(meter.shares)) return undefined;
  const ends = (of: UsageMeter): Map<string, { validFrom: string; validTo: string | null }> =>
    new Map(of.shares.map((share) => [JSON.stringify({ ...share, validTo: null }), share]));
  const [ours, theirs] = [ends(old), ends(meter)];
  const dates: string[] = [];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [one, other] = [ours.get(key), theirs.get(key)];
    if (one === undefined || other === undefined) dates.push((one ?? other)!.validFrom);
    else if (one.validTo !== other.validTo) dates.push(...[one.validTo, other.validTo].filter((date) => date !== null));
  }
  const [first] = dates.sort();
  return first === undefined ? 0 : startOfDate(first, zone);
}
