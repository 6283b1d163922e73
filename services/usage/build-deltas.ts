import type { Finding } from '../../domain/finding.ts';
import { rulesAt } from './account-changes.ts';
import { usageBetween } from './account-register.ts';
import { gapLimits } from './interval-code.ts';
import { createIntervalGrid } from './interval-grid.ts';
import { findingsFrom, type BuiltUsage, type IntervalInput } from './interval-input.ts';
import { pointAt } from './readings-that-count.ts';
import { createSpreader, dayHistory } from './spread-usage.ts';

/**
 * The base intervals of a meter that tells amounts and no register: each amount × the multiplier counts from where it
 * says that it begins up to its device time. One that does not say begins where the one before ended, if that is within
 * two expected intervals, else one expected interval before. What the one before covers is not covered twice: the whole
 * amount counts within the rest. An amount below zero, or above what the rated maximum allows, is left out.
 */
export function buildDeltas(input: IntervalInput): BuiltUsage {
  const { stepMs, fromMs, expectedMs, readings, state, plan } = input;
  const { installedMs = Number.NEGATIVE_INFINITY, removedMs = Number.POSITIVE_INFINITY } = plan;
  const lastMs = Math.max(readings.times.at(-1) ?? fromMs, input.untilMs ?? fromMs);
  const rows = Math.max(0, Math.floor((lastMs - fromMs) / stepMs) + 1);
  const grid = createIntervalGrid(input.meter, { fromMs, stepMs, rows });
  const spread = createSpreader(grid, input, input.settings && dayHistory(grid, input, input.settings));
  const longMs = gapLimits(stepMs, expectedMs).interpolatedMs;
  const findings: Finding[] = [];

  if (state.last === undefined && readings.isHiddenBefore === true) state.isHidden = true;
  for (let i = 0; i < readings.times.length; i++) {
    const reading = pointAt(readings, i);
    const { atMs, register: amount } = reading;
    grid.noteState(state, atMs);
    const endedMs = state.last?.atMs;
    state.last = state.anchor = reading;
    state.standsFromMs = atMs;
    const said = readings.froms?.[i];
    const isSaid = said !== undefined && said < atMs;
    const usualMs = endedMs !== undefined && atMs - endedMs <= longMs ? endedMs : atMs - expectedMs;
    const startMs = Math.max(isSaid ? said : usualMs, endedMs ?? Number.NEGATIVE_INFINITY, installedMs);
    if (startMs >= atMs || atMs > removedMs) continue;
    if (endedMs !== undefined && startMs - endedMs > longMs) {
      const registers = { registerBefore: null, registerAfter: null };
      findings.push({ kind: 'gap', fromMs: endedMs, toMs: startMs, ...registers });
    }
    const rules = { ...rulesAt(atMs, plan), modulus: undefined };
    const step = usageBetween({ atMs: startMs, register: 0 }, reading, rules);
    if (step === undefined)
      findings.push({ kind: 'outlier', fromMs: atMs, toMs: atMs, registerBefore: null, registerAfter: amount });
    else spread(step);
  }
  grid.noteState(state, lastMs);
  return { ...grid.finish(), findings: findingsFrom(fromMs, findings) };
}
