import fc from 'fast-check';
import { expect, test } from 'vitest';

import { microOf } from '../../../domain/decimal-text.ts';
import { scheduleHolds } from '../../../domain/tariff-problem.ts';
import { minuteOfDay, type TariffPeriod, type TariffPrices, type TariffTiers } from '../../../domain/tariff.ts';
import { createWorkCalendar } from '../../../domain/work-calendar.ts';
import { createZone, type Zone } from '../../../domain/zone.ts';
import type { CellAmounts } from '../../../services/cost/cell-amounts.ts';
import { costOf } from '../../../services/cost/cost-of.ts';
import type { PeriodCost } from '../../../services/cost/period-cost.ts';
import { divideByParts } from '../../../services/cost/tier-parts.ts';
import { costPlan } from '../../support/cost-plan.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const RUNS = { numRuns: 600 };

const price = fc.integer({ min: 0, max: 3_000_000 }).map((micro) => (micro / 1e6).toFixed(6));
const tiers: fc.Arbitrary<TariffTiers> = fc.record({
  per: fc.constantFrom('month', 'year'),
  steps: fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 4000 }), { maxLength: 3 }),
      fc.array(price, { minLength: 4, maxLength: 4 }),
    )
    .map(([edges, prices]) => [
      ...edges.sort((a, b) => a - b).map((edge, index) => ({ upTo: String(edge / 10), price: prices[index]! })),
      { upTo: null, price: prices[3]! },
    ]),
});
const PERIODS: TariffPeriod[] = ['sharp', 'peak', 'flat', 'valley', 'deep'];

const windows = (gridMinutes: number) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: 1440 / gridMinutes - 1 }), { maxLength: 6 })
    .map((cuts) => [0, ...cuts.sort((a, b) => a - b).map((cut) => cut * gridMinutes), 1440])
    .chain((bounds) =>
      fc
        .array(fc.constantFrom(...PERIODS), { minLength: bounds.length - 1, maxLength: bounds.length - 1 })
        .map((periods) =>
          periods.map((period, index) => ({ from: timeOf(bounds[index]!), to: timeOf(bounds[index + 1]!), period })),
        ),
    );
const timeOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

const timeOfUse = (gridMinutes: number): fc.Arbitrary<TariffPrices> =>
  fc.record({
    kind: fc.constant('time-of-use' as const),
    prices: fc.record({ sharp: price, peak: price, flat: price, valley: price, deep: price }),
    schedules: fc
      .tuple(windows(gridMinutes), windows(gridMinutes), windows(gridMinutes))
      .map(([work, rest, summer]) => [
        { months: [1, 2, 3, 4, 5, 9, 10, 11, 12], days: 'workdays' as const, windows: work },
        { months: [1, 2, 3, 4, 5, 9, 10, 11, 12], days: 'restdays' as const, windows: rest },
        { months: [6, 7, 8], days: 'all' as const, windows: summer },
      ]),
    surcharge: fc.option(tiers, { nil: undefined }),
  });
const tiered: fc.Arbitrary<TariffPrices> = tiers.map((one) => ({ kind: 'tiered', ...one }));
const flat: fc.Arbitrary<TariffPrices> = price.map((one) => ({ kind: 'flat', price: one }));
const anyPrices = fc.oneof(flat, timeOfUse(60), tiered);

// Where months and years end, February has 29 days, and clocks are changed.
const STARTS = ['2024-02-28', '2023-02-27', '2025-12-30', '2026-03-28', '2026-10-24', '2026-06-29', '2026-09-30'];
const range = fc.record({
  zone: fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Sydney'),
  start: fc.constantFrom(...STARTS),
  offset: fc.integer({ min: 0, max: 23 }),
  hours: fc.integer({ min: 1, max: 90 }),
});

function startOf(zone: Zone, { start, offset }: { start: string; offset: number }): number {
  const [year = 0, month = 0, day = 0] = start.split('-').map(Number);
  return zone.at(year, month, day) + offset * HOUR_MS;
}

/** Amounts of a cell: mostly usage, now and then none, a correction, or missing (null). */
const amount = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: 0n, max: 60_000_000n }) },
  { weight: 1, arbitrary: fc.constant(0n) },
  { weight: 1, arbitrary: fc.bigInt({ min: -5_000_000n, max: -1n }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const seriesOf = (cells: number) =>
  fc.array(fc.array(amount, { minLength: cells, maxLength: cells }), { minLength: 1, maxLength: 4 });

const toAmounts = (row: readonly (bigint | null)[]): CellAmounts => ({
  micro: BigInt64Array.from(row, (micro) => micro ?? 0n),
  known: Float64Array.from(row, (micro) => (micro === null ? 0 : 1)),
});
const sumOf = (costs: readonly PeriodCost[]): bigint => costs.reduce((sum, cost) => sum + (cost.picoYuan ?? 0n), 0n);

/** What an amount costs from nothing on, by steps: apart from the code that is tested. */
function upToAmount({ steps }: TariffTiers, micro: bigint): bigint {
  let [cost, below] = [0n, 0n];
  for (const { upTo, price: each } of steps) {
    const edge = upTo === null ? undefined : microOf(upTo);
    const top = edge === undefined || micro < edge ? micro : edge;
    cost += (top - below) * microOf(each);
    if (edge === undefined || micro <= edge) break;
    below = edge;
  }
  return cost;
}

/** The cost of an institution's hours, hour by hour, from the definition. */
function expectedCost(zone: Zone, prices: TariffPrices, fromMs: number, totals: readonly bigint[]): bigint {
  const calendar = createWorkCalendar(zone);
  const steps = prices.kind === 'time-of-use' ? prices.surcharge : prices.kind === 'tiered' ? prices : undefined;
  let [cost, used, periodStart] = [0n, 0n, Number.NaN];
  for (const [index, micro] of totals.entries()) {
    const at = fromMs + index * HOUR_MS;
    if (prices.kind === 'flat') cost += micro * microOf(prices.price);
    if (prices.kind === 'time-of-use') {
      const { month, hour } = zone.local(at);
      const day = prices.schedules.find((one) => scheduleHolds(one, month, calendar.isWorkday(zone.date(at))));
      const window = day!.windows.find(({ from, to }) => minuteOfDay(from) <= hour * 60 && hour * 60 < minuteOfDay(to));
      cost += micro * microOf(prices.prices[window!.period]!);
    }
    if (steps === undefined) continue;
    const start = steps.per === 'month' ? zone.monthStart(at) : zone.yearStart(at);
    if (start !== periodStart) [used, periodStart] = [0n, start];
    cost += upToAmount(steps, used + micro) - upToAmount(steps, used);
    used += micro;
  }
  return cost;
}

test('the cost is that of the definition, and any division of it, over time and sub-items, sums to it', () => {
  fc.assert(
    fc.property(
      range.chain((one) =>
        fc.record({
          range: fc.constant(one),
          prices: anyPrices,
          rows: seriesOf(one.hours),
          cuts: fc.uniqueArray(fc.integer({ min: 1, max: one.hours }), { maxLength: 8 }),
        }),
      ),
      ({ range: one, prices, rows, cuts }) => {
        const zone = createZone(one.zone);
        const fromMs = startOf(zone, one);
        const toMs = fromMs + one.hours * HOUR_MS;
        const plan = costPlan({ zone: one.zone, fromMs, toMs, versions: [{ validFrom: '', prices }] });
        const bounds = [...new Set([0, ...cuts.sort((a, b) => a - b), one.hours])].map(
          (hour) => fromMs + hour * HOUR_MS,
        );
        const series = rows.map(toAmounts);
        const divided = costOf({ medium: 'electricity', prices: plan, series, periods: bounds });
        const totals = Array.from({ length: one.hours }, (_, hour) =>
          rows.reduce((sum, row) => sum + (row[hour] ?? 0n), 0n),
        );
        expect(divided.reduce((sum, row) => sum + sumOf(row), 0n)).toBe(expectedCost(zone, prices, fromMs, totals));

        const whole = costOf({ medium: 'electricity', prices: plan, series, periods: [fromMs, toMs] });
        for (const [index, [cost]] of whole.entries()) expect(sumOf(divided[index]!)).toBe(cost!.picoYuan ?? 0n);
        for (const cost of divided.flat()) {
          if (cost.byPeriod === null) continue;
          expect(cost.byPeriod.reduce((sum, part) => sum + part.picoYuan, 0n)).toBe(cost.picoYuan);
          expect(cost.byPeriod.reduce((sum, part) => sum + part.micro, 0n)).toBe(cost.micro);
        }
      },
    ),
    RUNS,
  );
});

test('asked for in two parts, the second with what was used before it, each sub-item costs the same', () => {
  fc.assert(
    fc.property(
      range.chain((one) =>
        fc.record({
          range: fc.constant({ ...one, hours: one.hours + 1 }),
          prices: anyPrices,
          rows: seriesOf(one.hours + 1),
          cut: fc.integer({ min: 1, max: one.hours }),
        }),
      ),
      ({ range: one, prices, rows, cut }) => {
        const zone = createZone(one.zone);
        const fromMs = startOf(zone, one);
        const cutMs = fromMs + cut * HOUR_MS;
        const toMs = fromMs + one.hours * HOUR_MS;
        const costs = (start: number, end: number, used: { month: bigint; year: bigint }): bigint[] => {
          const plan = costPlan({ zone: one.zone, fromMs: start, toMs: end, versions: [{ validFrom: '', prices }] });
          const [first, last] = [(start - fromMs) / HOUR_MS, (end - fromMs) / HOUR_MS];
          const series = rows.map((row) => toAmounts(row.slice(first, last)));
          const input = {
            medium: 'electricity' as const,
            prices: plan,
            series,
            usedBefore: used,
            periods: [start, end],
          };
          return costOf(input).map(sumOf);
        };
        const usedSince = (start: number): bigint =>
          rows
            .flatMap((row) => row.slice(0, cut).filter((_, hour) => fromMs + hour * HOUR_MS >= start))
            .reduce((sum: bigint, micro) => sum + (micro ?? 0n), 0n);
        const second = { month: usedSince(zone.monthStart(cutMs)), year: usedSince(zone.yearStart(cutMs)) };
        const nothing = { month: 0n, year: 0n };
        const before = costs(fromMs, cutMs, nothing);
        const behind = costs(cutMs, toMs, second);
        expect(before.map((cost, index) => cost + behind[index]!)).toEqual(costs(fromMs, toMs, nothing));
      },
    ),
    RUNS,
  );
});

test('by the quarter hour each sub-item costs what it costs by the hour', () => {
  fc.assert(
    fc.property(
      range.chain((one) => fc.record({ range: fc.constant(one), prices: anyPrices, rows: seriesOf(one.hours * 4) })),
      ({ range: one, prices, rows }) => {
        const zone = createZone(one.zone);
        const fromMs = startOf(zone, one);
        const toMs = fromMs + one.hours * HOUR_MS;
        const versions = [{ validFrom: '', prices }];
        const costs = (step: '15m' | '1h', series: CellAmounts[], stepMs: number): PeriodCost[][] => {
          const plan = costPlan({ zone: one.zone, fromMs, toMs, versions, step });
          const count = (toMs - fromMs) / stepMs;
          const periods = Array.from({ length: count + 1 }, (_, index) => fromMs + index * stepMs);
          return costOf({ medium: 'electricity', prices: plan, series, periods });
        };
        const quarters = costs('15m', rows.map(toAmounts), QUARTER_MS);
        const hourly = rows.map((row) =>
          Array.from({ length: one.hours }, (_, hour) =>
            row.slice(hour * 4, hour * 4 + 4).reduce((sum: bigint, micro) => sum + (micro ?? 0n), 0n),
          ),
        );
        const hours = costs('1h', hourly.map(toAmounts), HOUR_MS);
        for (const [index, row] of hours.entries()) {
          const summed = row.map((_, hour) => sumOf(quarters[index]!.slice(hour * 4, hour * 4 + 4)));
          expect(summed).toEqual(row.map(({ picoYuan }) => picoYuan));
        }
      },
    ),
    { numRuns: RUNS.numRuns / 2 },
  );
});

test('windows on quarter hours are priced by the quarter hour', () => {
  fc.assert(
    fc.property(
      range.chain((one) =>
        fc.record({ range: fc.constant(one), prices: timeOfUse(15), rows: seriesOf(one.hours * 4) }),
      ),
      ({ range: one, prices, rows }) => {
        if (prices.kind !== 'time-of-use') return;
        const linear = { ...prices, surcharge: undefined };
        const zone = createZone(one.zone);
        const calendar = createWorkCalendar(zone);
        const fromMs = startOf(zone, one);
        const toMs = fromMs + one.hours * HOUR_MS;
        const plan = costPlan({
          zone: one.zone,
          fromMs,
          toMs,
          step: '15m',
          versions: [{ validFrom: '', prices: linear }],
        });
        const costs = costOf({
          medium: 'electricity',
          prices: plan,
          series: rows.map(toAmounts),
          periods: [fromMs, toMs],
        });
        const expected = rows.map((row) =>
          row.reduce((sum: bigint, micro, index) => {
            const at = fromMs + index * QUARTER_MS;
            const { month, hour, minute } = zone.local(at);
            const day = linear.schedules.find((schedule) =>
              scheduleHolds(schedule, month, calendar.isWorkday(zone.date(at))),
            );
            const window = day!.windows.findLast(({ from }) => minuteOfDay(from) <= hour * 60 + minute);
            return sum + (micro ?? 0n) * microOf(linear.prices[window!.period]!);
          }, 0n),
        );
        expect(costs.map(sumOf)).toEqual(expected);
      },
    ),
    { numRuns: RUNS.numRuns / 2 },
  );
});

test('a division by parts keeps each amount and each part', () => {
  const positive = fc.array(fc.bigInt({ min: -1_000_000n, max: 50_000_000n }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(
      positive,
      fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1, maxLength: 4 }),
      (amounts, weights) => {
        const sum = amounts.reduce((total, one) => total + one, 0n);
        fc.pre(sum !== 0n);
        const all = weights.reduce((total, one) => total + one, 0n);
        const parts = weights.map((weight) => (sum * weight) / all);
        parts[0] = parts[0]! + sum - parts.reduce((total, one) => total + one, 0n);
        const rows = divideByParts(amounts, parts);
        expect(rows.map((row) => row.reduce((total, one) => total + one, 0n))).toEqual(amounts);
        expect(parts.map((_, index) => rows.reduce((total, row) => total + row[index]!, 0n))).toEqual(parts);
      },
    ),
    RUNS,
  );
});
