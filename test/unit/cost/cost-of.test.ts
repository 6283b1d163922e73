import { describe, expect, test } from 'vitest';

import { coefficientsAt, type DatedCoefficientSet } from '../../../domain/coefficient.ts';
import { decimalText } from '../../../domain/decimal-text.ts';
import type { TariffPrices } from '../../../domain/tariff.ts';
import { createZone } from '../../../domain/zone.ts';
import type { CellAmounts } from '../../../services/cost/cell-amounts.ts';
import { costOf } from '../../../services/cost/cost-of.ts';
import type { UsedBefore } from '../../../services/cost/place-tiers.ts';
import type { PeriodCost } from '../../../services/cost/period-cost.ts';
import { costPlan, FOUR_WINDOWS, type CostPlan } from '../../support/cost-plan.ts';

const HOUR_MS = 3_600_000;
const ms = (text: string): number => Date.parse(`${text}:00+08:00`);

/** Amounts of whole units; null: missing. */
function amounts(units: readonly (number | null)[]): CellAmounts {
  return {
    micro: BigInt64Array.from(units, (unit) => BigInt(Math.round((unit ?? 0) * 1_000_000))),
    known: Float64Array.from(units, (unit) => (unit === null ? 0 : 1)),
  };
}

interface Costed {
  plan: Omit<CostPlan, 'toMs'> & { hours: number };
  series: readonly CellAmounts[];
  usedBefore?: UsedBefore;
  /** Left out: the whole range. */
  periods?: number[];
}

function costed({ plan, series, usedBefore, periods }: Costed): PeriodCost[][] {
  const toMs = plan.fromMs + plan.hours * HOUR_MS;
  return costOf({
    medium: 'electricity',
    prices: costPlan({ ...plan, toMs }),
    series,
    periods: periods ?? [plan.fromMs, toMs],
    ...(usedBefore === undefined ? {} : { usedBefore }),
  });
}

const yuan = (cost: PeriodCost | undefined): string | null =>
  cost?.picoYuan == null ? null : decimalText(cost.picoYuan, 12);
const FLAT: TariffPrices = { kind: 'flat', price: '0.512345' };
const SINCE_EVER = (prices: TariffPrices) => [{ validFrom: '', prices }];
const STEPS = [
  { upTo: '100', price: '0.5' },
  { upTo: '150', price: '0.8' },
  { upTo: null, price: '1.2' },
];
const TIERED: TariffPrices = { kind: 'tiered', per: 'month', steps: STEPS };
const BY_YEAR: TariffPrices = { kind: 'tiered', per: 'year', steps: STEPS };

describe('one series', () => {
  const day = ms('2026-03-02T00:00');
  const ROWS: {
    name: string;
    prices: TariffPrices;
    units: (number | null)[];
    from?: number;
    used?: UsedBefore;
    want: string | null;
  }[] = [
    {
      name: 'a flat price: to the last digit, nothing rounded',
      prices: FLAT,
      units: [1.000001, 2],
      want: '1.537035512345',
    },
    { name: 'nothing used costs nothing', prices: FLAT, units: [0, 0], want: '0' },
    { name: 'missing costs null', prices: FLAT, units: [null, null], want: null },
    { name: 'what is known of it counts', prices: FLAT, units: [null, 2], want: '1.02469' },
    { name: 'a correction costs less than nothing', prices: FLAT, units: [-2], want: '-1.02469' },
    { name: 'windows by the hour', prices: FOUR_WINDOWS, units: Array.from({ length: 24 }, () => 1), want: '10.6' },
    { name: 'below the first edge', prices: TIERED, units: [60, 39], want: '49.5' },
    { name: 'up to the edge', prices: TIERED, units: [60, 40], want: '50' },
    { name: 'across an edge within an hour', prices: TIERED, units: [60, 41], want: '50.8' },
    { name: 'across two edges within an hour', prices: TIERED, units: [200], want: '150' },
    {
      name: 'from what the month has used',
      prices: TIERED,
      units: [10],
      used: { month: 95_000_000n, year: 0n },
      want: '6.5',
    },
    {
      name: 'not from what the year has used',
      prices: TIERED,
      units: [10],
      used: { month: 0n, year: 95_000_000n },
      want: '5',
    },
    { name: 'by the year', prices: BY_YEAR, units: [10], used: { month: 0n, year: 145_000_000n }, want: '10' },
    { name: 'missing hours count for no step', prices: TIERED, units: [90, null, 20], want: '58' },
    { name: 'a correction takes back what was dearest', prices: TIERED, units: [110, -20], want: '45' },
    {
      name: 'the month begins with its first hour',
      prices: TIERED,
      from: ms('2026-02-28T23:00'),
      units: [120, 10],
      want: '71',
    },
    {
      name: 'the year goes on over the month',
      prices: BY_YEAR,
      from: ms('2026-02-28T23:00'),
      units: [120, 10],
      want: '74',
    },
    {
      name: 'the year begins with its first hour',
      prices: BY_YEAR,
      from: ms('2025-12-31T23:00'),
      units: [120, 10],
      want: '71',
    },
    {
      name: 'a surcharge by steps over the prices of windows',
      prices: {
        ...FOUR_WINDOWS,
        surcharge: {
          per: 'month',
          steps: [
            { upTo: '1', price: '0' },
            { upTo: null, price: '0.1' },
          ],
        },
      },
      units: [2, 1],
      want: '0.8',
    },
  ];

  test.each(ROWS)('$name', ({ prices, units, from = day, used, want }) => {
    const [[cost] = []] = costed({
      plan: { fromMs: from, hours: units.length, versions: SINCE_EVER(prices) },
      series: [amounts(units)],
      ...(used === undefined ? {} : { usedBefore: used }),
    });
    expect(yuan(cost)).toBe(want);
  });
});

test('periods by their amounts and costs, which sum to the cost', () => {
  const [[cost] = []] = costed({
    plan: { fromMs: ms('2026-03-02T00:00'), hours: 24, versions: SINCE_EVER(FOUR_WINDOWS) },
    series: [amounts(Array.from({ length: 24 }, (_, hour) => hour))],
  });
  expect(
    cost?.byPeriod?.map(({ period, micro, picoYuan }) => [period, Number(micro) / 1e6, decimalText(picoYuan, 12)]),
  ).toEqual([
    ['peak', 18 + 19 + 20 + 21, '70.2'],
    ['flat', 8 + 9 + 10 + 11 + 12 + 13 + 14 + 15 + 16 + 17, '62.5'],
    ['valley', 28 + 22 + 23, '14.6'],
  ]);
  expect(yuan(cost)).toBe('147.3');
});

test('months, working days and days off have windows of their own; 调休 counts', () => {
  const all = (period: 'peak' | 'flat' | 'valley') => [{ from: '00:00', to: '24:00', period }];
  const prices: TariffPrices = {
    kind: 'time-of-use',
    prices: { peak: '3', flat: '2', valley: '1' },
    schedules: [
      { months: [1, 2, 3, 4, 5, 9, 10, 11, 12], days: 'workdays', windows: all('peak') },
      { months: [1, 2, 3, 4, 5, 9, 10, 11, 12], days: 'restdays', windows: all('valley') },
      { months: [6, 7, 8], days: 'all', windows: all('flat'), prices: { flat: '2.5' } },
    ],
  };
  const costOn = (date: string): string | null => {
    const [[cost] = []] = costed({
      plan: { fromMs: ms(`${date}T12:00`), hours: 1, versions: SINCE_EVER(prices) },
      series: [amounts([1])],
    });
    return yuan(cost);
  };
  // A Thursday of the national holiday, a Saturday that is worked for it, a Monday, a Sunday, a Sunday of July.
  expect(['2026-10-01', '2026-10-10', '2026-10-12', '2026-10-18', '2026-07-05'].map(costOn)).toEqual([
    '1',
    '3',
    '3',
    '1',
    '2.5',
  ]);
});

test('a version holds from its day on, in the zone of the platform', () => {
  const [costs = []] = costed({
    plan: {
      fromMs: ms('2026-05-31T23:00'),
      hours: 2,
      versions: [
        { validFrom: '2026-01-01', prices: { kind: 'flat', price: '1' } },
        { validFrom: '2026-06-01', prices: { kind: 'flat', price: '2' } },
      ],
    },
    series: [amounts([1, 1])],
    periods: [ms('2026-05-31T23:00'), ms('2026-06-01T00:00'), ms('2026-06-01T01:00')],
  });
  expect(costs.map((cost) => [yuan(cost), cost.tariffs.map(({ validFrom }) => validFrom)])).toEqual([
    ['1', ['2026-01-01']],
    ['2', ['2026-06-01']],
  ]);
});

test('hours before the first version have no tariff, and say so: the rest counts, with its coverage', () => {
  const [costs = []] = costed({
    plan: { fromMs: ms('2026-05-31T23:00'), hours: 2, versions: [{ validFrom: '2026-06-01', prices: FLAT }] },
    series: [amounts([3, 2])],
    periods: [ms('2026-05-31T23:00'), ms('2026-06-01T00:00'), ms('2026-06-01T01:00')],
  });
  expect(costs).toMatchObject([
    { micro: 3_000_000n, picoYuan: null, reason: 'no-tariff', pricedMs: 0, tariffs: [] },
    { micro: 2_000_000n, reason: null, pricedMs: HOUR_MS },
  ]);
  const [[both] = []] = costed({
    plan: { fromMs: ms('2026-05-31T23:00'), hours: 2, versions: [{ validFrom: '2026-06-01', prices: FLAT }] },
    series: [amounts([3, 2])],
  });
  expect(both).toMatchObject({ micro: 5_000_000n, reason: 'no-tariff', pricedMs: HOUR_MS, wholeMs: 2 * HOUR_MS });
  expect(yuan(both)).toBe('1.02469');
});

test('steps that come with a new version within the month count from its beginning', () => {
  const [[cost] = []] = costed({
    plan: {
      fromMs: ms('2026-06-14T23:00'),
      hours: 2,
      versions: [
        { validFrom: '', prices: { kind: 'flat', price: '2' } },
        { validFrom: '2026-06-15', prices: TIERED },
      ],
    },
    series: [amounts([40, 10])],
    usedBefore: { month: 55_000_000n, year: 0n },
  });
  // 40 at 2; the month has 95 then: 5 at 0.5, 5 at 0.8.
  expect(yuan(cost)).toBe('86.5');
});

test('missing: null, never 0, with what is known of a longer period', () => {
  const fromMs = ms('2026-03-02T00:00');
  const plan = { fromMs, hours: 3, versions: SINCE_EVER(FLAT) };
  const [hours = []] = costed({
    plan,
    series: [amounts([1, null, 0])],
    periods: [0, 1, 2, 3].map((hour) => fromMs + hour * HOUR_MS),
  });
  expect(hours).toMatchObject([
    { picoYuan: 512_345_000_000n, reason: null },
    { micro: null, picoYuan: null, reason: 'missing', kgce: null, co2Kg: null, tariffs: [], coefficientSets: [] },
    { micro: 0n, picoYuan: 0n, reason: null, kgce: 0 },
  ]);
  const [[whole] = []] = costed({ plan, series: [amounts([1, null, 0])] });
  expect(whole).toMatchObject({ reason: 'missing', pricedMs: 2 * HOUR_MS, wholeMs: 3 * HOUR_MS });
});

test('an hour across an edge is divided between sub-items in proportion, the rest of the hour not lost', () => {
  const plan = { fromMs: ms('2026-03-02T00:00'), hours: 1, versions: SINCE_EVER(TIERED) };
  const costs = costed({ plan, series: [amounts([30]), amounts([60]), amounts([30])] });
  // 120 kWh: 100 at 0.5 and 20 at 0.8, of which a half, a quarter and a quarter.
  expect(costs.map(([cost]) => yuan(cost))).toEqual(['16.5', '33', '16.5']);
  const odd = costed({ plan, series: [amounts([33.333333]), amounts([33.333333]), amounts([33.333335])] });
  expect(odd.reduce((sum, [cost]) => sum + cost!.picoYuan!, 0n)).toBe(50_000_000_800_000n);
});

test('kgce and CO₂ by the set of the day, a set that is entered in the place of the one shipped', () => {
  const entered: DatedCoefficientSet = {
    validFrom: '2026-01-01',
    id: 'grid-2024',
    source: 'entered',
    kgcePer: { electricity: 0.1229, water: 0, heat: 34.12, gas: 1.2143, cooling: 34.12 },
    co2KgPer: { electricity: 0.6, water: 0, heat: 110, gas: 2.1622, cooling: 0 },
  };
  const fromMs = ms('2025-12-31T23:00');
  const plan = {
    fromMs,
    hours: 2,
    versions: [],
    coefficientsOn: (date: string) => coefficientsAt(date, [entered]),
  };
  const [[cost] = []] = costed({ plan, series: [amounts([10, 20])] });
  expect(cost).toMatchObject({
    coefficientSets: ['gbt2589-2020/grid-2023', 'grid-2024'],
    kgce: expect.closeTo(30 * 0.1229, 9),
    co2Kg: expect.closeTo(10 * 0.6479 + 20 * 0.6, 9),
    picoYuan: null,
    reason: 'no-tariff',
  });
});

describe('the clock changes', () => {
  const berlin = createZone('Europe/Berlin');
  test.each([
    ['of 23 hours', '2026-03-29', 23, ['7', '10', '4', '2']],
    ['of 24 hours', '2026-03-28', 24, ['8', '10', '4', '2']],
    ['of 25 hours', '2026-10-25', 25, ['9', '10', '4', '2']],
  ])('a day %s has its windows by local time', (_name, date, hours, [night, , peak]) => {
    const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
    const [[cost] = []] = costed({
      plan: { zone: 'Europe/Berlin', fromMs: berlin.at(year, month, day), hours, versions: SINCE_EVER(FOUR_WINDOWS) },
      series: [amounts(Array.from({ length: hours }, () => 1))],
    });
    const units = Object.fromEntries(cost!.byPeriod!.map(({ period, micro }) => [period, Number(micro) / 1e6]));
    expect(units).toEqual({ peak: Number(peak), flat: 10, valley: Number(night) + 2 });
  });
});
