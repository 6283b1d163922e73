import { unitFactor, unitsOf } from '../../domain/quantity.ts';
import { startOfDate } from '../../domain/start-of-date.ts';
import type { Zone } from '../../domain/zone.ts';
import type { ManualPoint, UsageMeter } from '../usage/meter-config.ts';
import type { DecisionProblem } from './decision-rules.ts';
import { modulusAt, ratedMaximumAt } from './modulus-at.ts';

/** A register at an instant, register units. */
export interface RegisterPoint {
  atMs: number;
  register: number;
}

/** What a person read, in the unit that they gave, as the meter's register counts; or why it cannot be. */
export function inRegisterUnits(
  meter: UsageMeter,
  total: number,
  unit: string | undefined,
): { ok: true; register: number } | { ok: false; problem: DecisionProblem } {
  if (unit === undefined || unit === meter.registerUnit) return { ok: true, register: total };
  const given = unitFactor(meter.medium, unit);
  const own = unitFactor(meter.medium, meter.registerUnit) ?? 1;
  if (given === undefined) {
    const message = `unit: ${unit} does not measure ${meter.medium}; give one of ${unitsOf(meter.medium).join(', ')}`;
    return { ok: false, problem: { code: 'bad-request', message } };
  }
  // Twelve digits: a factor that is no binary fraction would leave its noise in what somebody read.
  return { ok: true, register: Number(((total * given) / own).toPrecision(12)) };
}

/**
 * What is wrong with a reading taken by hand: a time that has not been, is not kept any more, or in which the meter did
 * not count; a register that it cannot show; another reading taken by hand at that instant.
 */
export function problemOfManual(
  { atMs, register }: RegisterPoint,
  meter: UsageMeter,
  { endedOn, keptFromMs, zone, nowMs }: { endedOn: string | null; keptFromMs: number; zone: Zone; nowMs: number },
): DecisionProblem | undefined {
  const bad = (message: string): DecisionProblem => ({ code: 'bad-request', message });
  if (atMs > nowMs) return bad(`ts: ${zone.iso(atMs)} lies in the future; enter what has been read`);
  if (atMs < 0) return bad('ts: lies before 1970; correct the time');
  if (atMs < keptFromMs) {
    return bad(`ts: readings before ${zone.iso(keptFromMs)} are not kept (RETENTION_DAYS); correct the time`);
  }
  if (endedOn !== null && atMs >= startOfDate(endedOn, zone)) {
    return bad(`ts: ${meter.id} ended on ${endedOn}; readings from then on count nothing`);
  }
  const installation = meter.events?.find(({ kind }) => kind === 'installation');
  if (installation !== undefined && atMs < installation.atMs) {
    return bad(`ts: ${meter.id} was installed at ${zone.iso(installation.atMs)}; readings before count nothing`);
  }
  const modulus = modulusAt(meter, atMs);
  if (modulus !== null && register >= modulus) {
    return bad(
      `total: ${register} ${meter.registerUnit} is more than a register with the modulus ${modulus} can show; check both`,
    );
  }
  const other = meter.manual?.find((point) => point.atMs === atMs);
  if (other === undefined) return undefined;
  return {
    code: 'conflict',
    message: `ts: ${other.register} ${meter.registerUnit} was entered for ${zone.iso(atMs)} already; take that back first, or propose a decision of the kind value (POST /api/decisions)`,
  };
}

/**
 * What somebody should look at before relying on a reading: it lies below the one before (and no rollover or known event
 * explains it), above the one behind, or rises faster than the meter can. Null where nothing does.
 */
export function warningOfManual(
  point: RegisterPoint,
  neighbours: { before: RegisterPoint | undefined; after: RegisterPoint | undefined },
  meter: UsageMeter,
  zone: Zone,
): string | null {
  const { before, after } = neighbours;
  const said = [
    before === undefined ? undefined : warningOfStep(before, point, meter, zone, 'the one before'),
    after === undefined ? undefined : warningOfStep(point, after, meter, zone, 'the one behind'),
  ].filter((one) => one !== undefined);
  return said.length === 0 ? null : said.join('; ');
}

function warningOfStep(
  from: RegisterPoint,
  to: RegisterPoint,
  meter: UsageMeter,
  zone: Zone,
  which: 'the one before' | 'the one behind',
): string | undefined {
  if (isExplained(from, to, meter)) return undefined;
  const unit = meter.registerUnit;
  const other = which === 'the one before' ? from : to;
  const rated = ratedMaximumAt(meter, from.atMs);
  const hours = (to.atMs - from.atMs) / 3_600_000;
  const shown = `${which} shows ${other.register} ${unit} at ${zone.iso(other.atMs)}`;
  if (to.register >= from.register) {
    const most = rated === null ? Number.POSITIVE_INFINITY : rated * hours;
    if (to.register - from.register <= most) return undefined;
    return `${shown}, and the meter cannot count more than ${Number(most.toPrecision(6))} ${unit} in between: check the figure`;
  }
  const modulus = modulusAt(meter, from.atMs);
  const rolled = modulus === null ? undefined : modulus - from.register + to.register;
  const couldRoll = rolled !== undefined && rated !== null && rolled <= rated * hours && rated * hours < modulus!;
  if (couldRoll) return undefined;
  return `${shown}, and no rollover, replacement or reset is known in between: check the figure, or enter what happened to the meter`;
}

/** A replacement or reset in between says itself what the registers were. */
function isExplained(from: ManualPoint | RegisterPoint, to: RegisterPoint, meter: UsageMeter): boolean {
  const isBetween = (atMs: number): boolean => atMs > from.atMs && atMs <= to.atMs;
  return (
    (meter.events ?? []).some(({ atMs }) => isBetween(atMs)) ||
    (meter.decisions ?? []).some(
      ({ kind, fromMs }) => (kind === 'replacement' || kind === 'reset') && isBetween(fromMs),
    )
  );
}
