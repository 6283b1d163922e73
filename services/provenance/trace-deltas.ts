import { rulesAt } from '../usage/account-changes.ts';
import { usageBetween } from '../usage/account-register.ts';
import { pointAt } from '../usage/readings-that-count.ts';
import type { TraceInput, Traced } from './trace-register.ts';

/**
 * Tells what amounts count, as the making of intervals has it (services/usage/build-deltas.ts): each from where it says
 * that it begins, or else from the end of the one before, up to its device time. `longMs`: two expected intervals.
 */
export function* traceDeltas(
  { state, readings, plan }: TraceInput,
  { expectedMs, longMs }: { expectedMs: number; longMs: number },
): Generator<Traced> {
  const { installedMs = Number.NEGATIVE_INFINITY, removedMs = Number.POSITIVE_INFINITY } = plan;
  for (let i = 0; i < readings.times.length; i++) {
    const reading = pointAt(readings, i);
    const { atMs } = reading;
    const endedMs = state.last?.atMs;
    state.last = reading;
    const said = readings.froms?.[i];
    const usualMs = endedMs !== undefined && atMs - endedMs <= longMs ? endedMs : atMs - expectedMs;
    const beganMs = said !== undefined && said < atMs ? said : usualMs;
    const startMs = Math.max(beganMs, endedMs ?? Number.NEGATIVE_INFINITY, installedMs);
    const isInstalled = startMs < atMs && atMs <= removedMs;
    const rules = { ...rulesAt(atMs, plan), modulus: undefined };
    const step = isInstalled ? usageBetween({ atMs: startMs, register: 0 }, reading, rules) : undefined;
    yield step ?? { kind: 'left-out', point: reading, reason: isInstalled ? 'suspect' : 'not-installed' };
  }
}
