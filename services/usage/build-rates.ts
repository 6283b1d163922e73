import type { Finding } from '../../domain/finding.ts';
import { registerToMicro } from '../../domain/micro.ts';
import { QUALITY_CODE } from '../../domain/quality.ts';
import { rulesAt } from './account-changes.ts';
import type { Point } from './account-state.ts';
import { gapLimits } from './interval-code.ts';
import { createIntervalGrid, type Stretch } from './interval-grid.ts';
import { findingsFrom, type BuiltUsage, type IntervalInput } from './interval-input.ts';
import { pointAt } from './readings-that-count.ts';
import type { RegisterPlan } from './register-plan.ts';

const HOUR_MS = 3_600_000;

/**
 * The base intervals of a meter that tells nothing but how much flows at an instant: integrated by trapezium between
 * readings that are no further apart than two expected intervals, × the multiplier, and estimated throughout; over
 * longer gaps the usage is missing. A rate below zero is none, and one above the rated maximum is left out with what it
 * bounds.
 */
export function buildRates(input: IntervalInput): BuiltUsage {
  const { stepMs, fromMs, expectedMs, readings, state, plan } = input;
  const lastMs = Math.max(readings.times.at(-1) ?? fromMs, input.untilMs ?? fromMs);
  const rows = Math.max(0, Math.floor((lastMs - fromMs) / stepMs) + 1);
  const grid = createIntervalGrid(input.meter, { fromMs, stepMs, rows });
  const longMs = gapLimits(stepMs, expectedMs).interpolatedMs;
  const findings: Finding[] = [];

  if (state.last === undefined && readings.isHiddenBefore === true) state.isHidden = true;
  for (let i = 0; i < readings.times.length; i++) {
    const reading = pointAt(readings, i);
    grid.noteState(state, reading.atMs);
    const { last } = state;
    state.last = state.anchor = reading;
    state.standsFromMs = reading.atMs;
    const registers = { registerBefore: last?.register ?? null, registerAfter: reading.register };
    if (!isPossible(reading, plan))
      findings.push({ kind: 'outlier', fromMs: reading.atMs, toMs: reading.atMs, ...registers });
    if (last === undefined) continue;
    if (reading.atMs - last.atMs > longMs)
      findings.push({ kind: 'gap', fromMs: last.atMs, toMs: reading.atMs, ...registers });
    else if (isPossible(last, plan) && isPossible(reading, plan)) grid.spread(integral(last, reading, plan));
  }
  grid.noteState(state, lastMs);
  return { ...grid.finish(), findings: findingsFrom(fromMs, findings) };
}

/** Within the meter's life, and within its rated maximum. */
function isPossible({ atMs, register: rate }: Point, plan: RegisterPlan): boolean {
  const { installedMs = Number.NEGATIVE_INFINITY, removedMs = Number.POSITIVE_INFINITY, unitsPerRate = 1 } = plan;
  const { ratedPerHour = Number.POSITIVE_INFINITY } = rulesAt(atMs, plan);
  return atMs >= installedMs && atMs <= removedMs && rate * unitsPerRate <= ratedPerHour;
}

function integral(from: Point, to: Point, { rules, unitsPerRate = 1 }: RegisterPlan): Stretch {
  const rateAt = (ms: number): number => {
    const [first, last] = [Math.max(0, from.register), Math.max(0, to.register)];
    return first + ((last - first) * (ms - from.atMs)) / (to.atMs - from.atMs);
  };
  const units = (a: number, b: number): number => ((rateAt(a) + rateAt(b)) / 2) * ((b - a) / HOUR_MS) * unitsPerRate;

  function upTo(ms: number): bigint {
    let [micro, multiplier, startMs] = [0n, rules.multiplier, from.atMs];
    for (const change of rules.multipliersFrom ?? []) {
      if (change.atMs >= ms) break;
      if (change.atMs > startMs) {
        micro += registerToMicro(units(startMs, change.atMs), multiplier);
        startMs = change.atMs;
      }
      multiplier = change.multiplier;
    }
    return micro + registerToMicro(units(startMs, ms), multiplier);
  }

  const { estimated } = QUALITY_CODE;
  return {
    fromMs: from.atMs,
    toMs: to.atMs,
    startQuality: estimated,
    innerQuality: estimated,
    endQuality: estimated,
    upTo,
  };
}
