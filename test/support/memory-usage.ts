import type { Finding } from '../../domain/finding.ts';
import type { Zone } from '../../domain/zone.ts';
import { newAccount, stateFromText, type AccountState } from '../../services/usage/account-state.ts';
import { buildIntervals } from '../../services/usage/build-intervals.ts';
import type { BuiltUsage, IntervalInput } from '../../services/usage/interval-input.ts';
import { baseStepMs, type UsageMeter } from '../../services/usage/meter-config.ts';
import { needsHistory } from '../../services/usage/needs-history.ts';
import { outdatedBy } from '../../services/usage/outdated-by.ts';
import { gridFloor } from '../../services/usage/periods.ts';
import { readingsFrom, readingsThatCount } from '../../services/usage/readings-that-count.ts';
import { registerPlan } from '../../services/usage/register-plan.ts';
import type { BaseRun } from '../../services/usage/sum-periods.ts';
import type { UsageSettings } from '../../services/usage/usage-settings.ts';

interface Row {
  value: bigint;
  quality: number;
  state: string;
}

/** The usage of one meter kept up in memory, touch by touch, as a materialiser does it with a store. */
export interface MemoryUsage {
  /** Readings that arrive; what was there at the same instant is overwritten. */
  write(readings: readonly (readonly [ms: number, value: number])[]): void;
  useMeter(meter: UsageMeter): void;
  /** Makes anew what was touched since the last time. */
  run(): void;
  /** All that is kept, as text. */
  stored(): { rows: string[]; findings: Finding[] };
}

export function createMemoryUsage(first: UsageMeter, zone: Zone, settings: UsageSettings): MemoryUsage {
  let meter = first;
  const readings = new Map<number, number>();
  const rows = new Map<number, Row>();
  let findings: Finding[] = [];
  let touchedMs = Number.POSITIVE_INFINITY;
  const stepMs = baseStepMs(first);

  const sorted = (): [number, number][] => [...readings].sort((a, b) => a[0] - b[0]);

  /** The accounting as it stood at the interval that holds an instant. */
  function accountAt(ms: number): { startMs: number; state: AccountState } | undefined {
    const startMs = Math.max(...[...rows.keys()].filter((start) => start <= ms));
    const row = rows.get(startMs);
    if (row === undefined) return undefined;
    const last = sorted().findLast(([at]) => at < startMs);
    return { startMs, state: stateFromText(row.state, last && { atMs: last[0], register: last[1] }) };
  }

  /** Where to go on: at the good reading before the last good one before what was touched. */
  function resumption(): { startMs: number; state: AccountState } | undefined {
    let at: { startMs: number; state: AccountState } | undefined = { startMs: touchedMs, state: newAccount() };
    for (let hop = 0; hop < 3; hop++) {
      const ms: number | undefined = hop === 0 ? touchedMs : at.state.last?.atMs;
      at = ms === undefined ? undefined : accountAt(ms);
      if (at === undefined) return undefined;
    }
    return at.state.last === undefined ? undefined : at;
  }

  function make(): void {
    const plan = registerPlan(meter, zone);
    const all = sorted();
    const counted = readingsThatCount(
      { times: Float64Array.from(all, ([ms]) => ms), values: Float64Array.from(all, ([, value]) => value) },
      plan,
    );
    const openings = (plan.changes ?? []).flatMap(({ atMs, opening }) => (opening === undefined ? [] : [atMs]));
    const beginMs = Math.min(all[0]?.[0] ?? Infinity, plan.given?.[0]?.atMs ?? Infinity, ...openings);
    const resumed = resumption();
    const keptMs = [...rows.keys()].sort((a, b) => a - b);
    if (beginMs === Infinity && keptMs.length === 0) return;
    const anew = { startMs: Math.min(gridFloor(zone, beginMs, stepMs), keptMs[0] ?? Infinity), state: newAccount() };
    const { startMs: fromMs, state } = resumed ?? anew;
    const input: IntervalInput = {
      meter: meter.id,
      fromMs,
      stepMs,
      expectedMs: meter.expectedIntervalS * 1000,
      plan,
      state,
      readings: readingsFrom(counted, fromMs),
      settings,
      ...(keptMs.length === 0 ? {} : { untilMs: keptMs.at(-1)! }),
    };
    const historyMs = needsHistory(input);
    if (historyMs !== undefined) input.history = runOf(historyMs, fromMs);
    keep(buildIntervals(input), resumed === undefined);
  }

  function runOf(fromMs: number, toMs: number): BaseRun {
    const within = [...rows].filter(([start]) => start >= fromMs && start < toMs).sort((a, b) => a[0] - b[0]);
    return {
      starts: Float64Array.from(within, ([start]) => start),
      values: BigInt64Array.from(within, ([, { value }]) => value),
      qualities: Uint8Array.from(within, ([, { quality }]) => quality),
    };
  }

  function keep(built: BuiltUsage, isNew: boolean): void {
    for (const [i, start] of built.starts.entries())
      rows.set(start, { value: built.values[i]!, quality: built.qualities[i]!, state: built.states[i]! });
    findings = [...findings.filter(({ toMs }) => !isNew && toMs < built.fromMs), ...built.findings];
  }

  return {
    write: (arrived) => {
      for (const [ms, value] of arrived) {
        readings.set(ms, value);
        touchedMs = Math.min(touchedMs, ms);
      }
    },
    useMeter: (changed) => {
      const { meters } = outdatedBy(new Map([[meter.id, meter]]), new Map([[meter.id, changed]]), zone);
      meter = changed;
      touchedMs = Math.min(touchedMs, meters.get(meter.id) ?? Infinity);
    },
    run: () => {
      if (touchedMs < Infinity) make();
      touchedMs = Infinity;
    },
    stored: () => ({
      rows: [...rows]
        .sort((a, b) => a[0] - b[0])
        .map(([start, { value, quality, state }]) => `${start} ${value} ${quality} ${state}`),
      findings: [...findings].sort((a, b) => a.toMs - b.toMs || a.fromMs - b.fromMs || (a.kind < b.kind ? -1 : 1)),
    }),
  };
}
