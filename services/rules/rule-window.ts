import { setImmediate as othersFirst } from 'node:timers/promises';

import { fromMicro } from '../../domain/micro.ts';
import type { UsageMedium } from '../../domain/quantity.ts';
import type { Zone } from '../../domain/zone.ts';
import type { InstitutionUsage, MeanRow } from '../../storage/series/port.ts';
import { gridFloor } from '../usage/periods.ts';
import { isExempt } from './off-hours/limit.ts';
import type { RuleSeries } from './rule-series.ts';
import type { RuleSubject } from './rule-subject.ts';

const HOUR_MS = 3_600_000;

/** What the rules of one institution see of whole hours [fromMs, toMs); maps are by start of the hour. */
export interface RuleWindow {
  fromMs: number;
  toMs: number;
  /** Electricity without exempt sub-items, mean kW. */
  powerKw: Map<number, number>;
  /** Electricity of air conditioning (sub-items B…), mean kW. */
  coolingKw: Map<number, number>;
  heatGj: Map<number, number>;
  useMicro: Map<UsageMedium, Map<number, bigint>>;
  roomC: Map<string, Map<number, number>>;
  setpointC: Map<string, Map<number, number>>;
  supplyC: Map<number, number>;
}

/** Reads the hours of several institutions at once; one that has no data has empty maps. */
export async function loadRuleWindows(
  series: RuleSeries,
  zone: Zone,
  subjects: readonly RuleSubject[],
  fromMs: number,
  toMs: number,
): Promise<Map<string, RuleWindow>> {
  const points = subjects.flatMap((subject) => subject.points.map(({ id }) => id));
  const heatMeters = subjects.flatMap((subject) => subject.heatMeters);
  const meansOf = (meters: readonly string[], metric: 'temperature' | 'setpoint' | 'supply'): Promise<MeanRow[]> =>
    meters.length === 0 ? Promise.resolve([]) : series.means(meters, metric, fromMs, toMs, HOUR_MS);
  const [usage, temperatures, setpoints, supplies] = await Promise.all([
    series.institutionUsage(
      'hour',
      subjects.map(({ institution }) => institution),
      fromMs,
      toMs,
    ),
    meansOf(points, 'temperature'),
    meansOf(points, 'setpoint'),
    meansOf(heatMeters, 'supply'),
  ]);

  const usageOf = grouped(usage, (row) => row.institution);
  const temperatureOf = grouped(temperatures, (row) => row.meter);
  const setpointOf = grouped(setpoints, (row) => row.meter);
  const supplyOf = grouped(supplies, (row) => row.meter);
  const windows = new Map<string, RuleWindow>();
  for (const subject of subjects) {
    const window = usageWindow(subject, usageOf.get(subject.institution) ?? [], fromMs, toMs);
    for (const { id, measures } of subject.points) {
      const measured = byHour(zone, temperatureOf.get(id) ?? []);
      const set = byHour(zone, setpointOf.get(id) ?? []);
      if (measures === 'supply') keepWarmest(window.supplyC, measured);
      else if (measures === 'setpoint') window.setpointC.set(id, new Map([...measured, ...set]));
      else {
        window.roomC.set(id, measured);
        window.setpointC.set(id, set);
      }
    }
    for (const meter of subject.heatMeters) keepWarmest(window.supplyC, byHour(zone, supplyOf.get(meter) ?? []));
    windows.set(subject.institution, window);
    await othersFirst();
  }
  return windows;
}

function usageWindow(
  { settings }: RuleSubject,
  rows: readonly InstitutionUsage[],
  fromMs: number,
  toMs: number,
): RuleWindow {
  const power = createHourSum();
  const cooling = createHourSum();
  const heat = createHourSum();
  const useMicro = new Map<UsageMedium, Map<number, bigint>>();
  for (const row of rows) {
    const isIncomplete = row.missingMs > 0;
    if (row.medium === 'electricity') {
      if (!isExempt(settings.offHours, row.subItem)) power.add(row.startMs, row.micro, isIncomplete);
      if (row.subItem.startsWith('B')) cooling.add(row.startMs, row.micro, isIncomplete);
    }
    if (row.medium === 'heat') heat.add(row.startMs, row.micro, isIncomplete);
    // What is known of a partial hour was used all the same.
    let use = useMicro.get(row.medium);
    if (use === undefined) useMicro.set(row.medium, (use = new Map<number, bigint>()));
    use.set(row.startMs, (use.get(row.startMs) ?? 0n) + row.micro);
  }
  return {
    fromMs,
    toMs,
    powerKw: power.complete(),
    coolingKw: cooling.complete(),
    heatGj: heat.complete(),
    useMicro,
    roomC: new Map(),
    setpointC: new Map(),
    supplyC: new Map(),
  };
}

/** Sums by hour that leave out an hour of which a part is missing: half of a load would pass for a low one. */
function createHourSum(): {
  add(startMs: number, micro: bigint, isIncomplete: boolean): void;
  complete(): Map<number, number>;
} {
  const sums = new Map<number, bigint>();
  const incomplete = new Set<number>();
  return {
    add(startMs, micro, isIncomplete) {
      if (isIncomplete) incomplete.add(startMs);
      else sums.set(startMs, (sums.get(startMs) ?? 0n) + micro);
    },
    complete() {
      const amounts = new Map<number, number>();
      for (const [startMs, micro] of sums) if (!incomplete.has(startMs)) amounts.set(startMs, fromMicro(micro));
      return amounts;
    },
  };
}

function byHour(zone: Zone, rows: readonly MeanRow[]): Map<number, number> {
  return new Map(rows.map(({ startMs, mean }) => [gridFloor(zone, startMs, HOUR_MS), mean]));
}

function keepWarmest(warmest: Map<number, number>, values: ReadonlyMap<number, number>): void {
  for (const [hour, celsius] of values) warmest.set(hour, Math.max(celsius, warmest.get(hour) ?? -Infinity));
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group === undefined) groups.set(keyOf(row), [row]);
    else group.push(row);
  }
  return groups;
}
