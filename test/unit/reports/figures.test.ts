import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { coefficientsOfYear } from '../../../domain/coefficient.ts';
import { fromMicro } from '../../../domain/micro.ts';
import { reportFiguresSchema, type ReportFigures } from '../../../services/api/schemas/report.ts';
import {
  institutionFigures,
  type InstitutionInput,
  type MonthSum,
} from '../../../services/reports/figures/institution-figures.ts';
import { timesFactor, toMicro } from '../../../services/reports/figures/micro-amount.ts';
import { rollUpFigures } from '../../../services/reports/figures/roll-up-figures.ts';
import { monthSum, sampleCity, sampleInstitution } from '../../support/sample-report.ts';

const coefficients = coefficientsOfYear(2025, []);
const region = (
  code: string,
): { year: number; region: { code: string; name: string }; addressee: string; coefficients: typeof coefficients } => ({
  year: 2025,
  region: { code, name: code },
  addressee: '某局',
  coefficients,
});

function input(change: Partial<InstitutionInput> = {}): InstitutionInput {
  return {
    year: 2025,
    owner: { id: 'a', name: '甲', type: 'school' },
    addressee: '某局',
    areaM2: 1000,
    headcount: 50,
    months: [],
    lastYear: [],
    quotas: [],
    coefficients,
    alerts: [],
    ...change,
  };
}

const monthSums = fc.array(
  fc.record({
    medium: fc.constantFrom('electricity', 'water', 'heat', 'gas' as const),
    subItem: fc.constantFrom('', 'A', 'B1', 'C'),
    month: fc.nat(11),
    micro: fc.bigInt({ min: 0n, max: 60_000_000_000n }),
    measuredMs: fc.nat(2_678_400_000),
    estimatedMs: fc.nat(1000),
    manualMs: fc.constant(0),
    missingMs: fc.nat(1000),
  }),
  { maxLength: 40 },
) as fc.Arbitrary<MonthSum[]>;

const institutions = fc.array(
  fc.record({
    months: monthSums,
    lastYear: monthSums,
    areaM2: fc.option(fc.integer({ min: 1, max: 90_000_000 }).map((n) => n / 100)),
    headcount: fc.option(fc.integer({ min: 1, max: 9000 })),
    type: fc.constantFrom('agency', 'school', 'library'),
  }),
  { minLength: 1, maxLength: 8 },
);

const microOf = (amount: number | null): bigint | null => (amount === null ? null : toMicro(amount));
const sumOf = (amounts: (number | null)[]): bigint => amounts.reduce((sum, one) => sum + toMicro(one ?? 0), 0n);

function figuresOf(
  parts: { months: MonthSum[]; lastYear: MonthSum[]; areaM2: number | null; headcount: number | null; type: string }[],
): ReportFigures[] {
  return parts.map(({ type, ...part }, at) =>
    institutionFigures(input({ ...part, owner: { id: `i${at}`, name: `单位${at}`, type } })),
  );
}

test('millionths survive the way through a number', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -8_000_000_000_000_000n, max: 8_000_000_000_000_000n }), (micro) => {
      expect(toMicro(fromMicro(micro))).toBe(micro);
    }),
  );
});

test.for([
  { micro: 10_000_000n, factor: 0.1229, want: 1_229_000n },
  { micro: 5n, factor: 0.1, want: 1n },
  { micro: -5n, factor: 0.1, want: -1n },
  { micro: 4n, factor: 0.1, want: 0n },
  { micro: 9_007_199_254_740_993n, factor: 34.12, want: 307_325_638_571_762_681n },
])('$micro × $factor is rounded once, to $want', ({ micro, factor, want }) => {
  expect(timesFactor(micro, factor)).toBe(want);
});

test('months and sub-items add up to the total, media to 综合能耗, exactly', () => {
  fc.assert(
    fc.property(monthSums, (months) => {
      const figures = institutionFigures(input({ months }));
      for (const medium of figures.media) {
        const rows = months.filter((row) => row.medium === medium.medium && row.measuredMs + row.estimatedMs > 0);
        expect(microOf(medium.total)).toBe(rows.length === 0 ? null : rows.reduce((sum, row) => sum + row.micro, 0n));
        expect(sumOf(medium.months)).toBe(microOf(medium.total) ?? 0n);
        expect(sumOf(medium.subItems.map(({ amount }) => amount))).toBe(microOf(medium.total) ?? 0n);
      }
      expect(sumOf(figures.media.map(({ kgce }) => kgce))).toBe(microOf(figures.totals.kgce) ?? 0n);
      expect(sumOf(figures.media.map(({ co2Kg }) => co2Kg))).toBe(microOf(figures.totals.co2Kg) ?? 0n);
    }),
  );
});

test('institutions add up to the district, districts and units of the city to the city, exactly', () => {
  fc.assert(
    fc.property(institutions, institutions, institutions, (first, second, direct) => {
      const [a, b, c] = [figuresOf(first), figuresOf(second), figuresOf(direct)];
      const districts = [rollUpFigures('district', region('1'), a), rollUpFigures('district', region('2'), b)];
      const city = rollUpFigures('city', region('0'), [...districts, ...c]);
      const flat = rollUpFigures('district', region('0'), [...a, ...b, ...c]);
      // Through JSON, as they are stored.
      const stored = JSON.parse(JSON.stringify([...districts, ...c])) as ReportFigures[];
      expect(rollUpFigures('city', region('0'), stored)).toEqual(city);
      const { kind: _k, rows, ...rolled } = city;
      const { kind: _l, rows: flatRows, ...atOnce } = flat;
      expect(rolled).toEqual(atOnce);
      const all = [...a, ...b, ...c];
      for (const medium of city.media) {
        const of = (pick: (one: ReportFigures['media'][number]) => number | null): bigint =>
          sumOf(all.flatMap((one) => one.media.filter((m) => m.medium === medium.medium).map(pick)));
        expect(microOf(medium.total) ?? 0n).toBe(of((one) => one.total));
        expect(sumOf(medium.months)).toBe(microOf(medium.total) ?? 0n);
        expect(sumOf(medium.subItems.map(({ amount }) => amount))).toBe(microOf(medium.total) ?? 0n);
        expect(toMicro(medium.lastYear ?? 0)).toBe(of((one) => one.lastYear));
      }
      for (const column of ['kgce', 'co2Kg', 'areaM2', 'electricityKwh', 'waterM3', 'heatGj', 'gasM3'] as const) {
        expect(sumOf(rows.map((row) => row[column]))).toBe(sumOf(flatRows.map((row) => row[column])));
        expect(sumOf(city.byType.map((row) => row[column]))).toBe(sumOf(rows.map((row) => row[column])));
      }
      expect(microOf(city.totals.kgce) ?? 0n).toBe(sumOf(rows.map((row) => row.kgce)));
    }),
    { numRuns: 50 },
  );
});

test('water is no part of 综合能耗', () => {
  const months = [monthSum('water', '', 0, 5_000_000n), monthSum('electricity', '', 0, 10_000_000n)];
  const { totals } = institutionFigures(input({ months }));
  expect(totals.kgce).toBe(1.229);
  expect(totals.waterM3PerPerson).toBe(0.1);
  expect(totals.kgcePerM2).toBe(1.229 / 1000);
  expect(totals.kgcePerPerson).toBe(1.229 / 50);
});

test('a month without a value is null, not zero; a zero that was measured stays one', () => {
  const nothing = { ...monthSum('heat', '', 1, 0n), measuredMs: 0, estimatedMs: 0, missingMs: 100 };
  const [heat] = institutionFigures(input({ months: [monthSum('heat', '', 0, 0n), nothing] })).media;
  expect(heat?.months.slice(0, 3)).toEqual([0, null, null]);
});

test('a medium without a value has no total, no standard coal and no CO₂; neither has the report, nor the roll-up', () => {
  const nothing = { ...monthSum('heat', '', 1, 0n), measuredMs: 0, estimatedMs: 0, missingMs: 100 };
  const water = monthSum('water', '', 0, 5_000_000n);
  const unknown = institutionFigures(input({ months: [nothing, water], quotas: [{ medium: 'heat', annualLimit: 9 }] }));
  const none = { total: null, kgce: null, co2Kg: null, quotaUsed: null, quotaRatio: null };
  expect(unknown.media).toMatchObject([
    { medium: 'water', total: 5, kgce: null, co2Kg: null },
    { medium: 'heat', ...none },
  ]);
  expect(unknown.totals).toMatchObject({ kgce: null, co2Kg: null });
  const district = rollUpFigures('district', region('1'), [unknown]);
  expect(district.media[1]).toMatchObject(none);
  expect(district.totals).toMatchObject({ kgce: null, co2Kg: null });
  expect(district.rows).toMatchObject([{ heatGj: null, waterM3: 5, kgce: null, co2Kg: null }]);
  expect(district.byType).toMatchObject([{ heatGj: null, kgce: null, co2Kg: null }]);
  expect(reportFiguresSchema.parse(district)).toEqual(district);

  const known = institutionFigures(input({ months: [monthSum('heat', '', 0, 0n)] }));
  expect(known.media).toMatchObject([{ total: 0, kgce: 0, co2Kg: 0 }]);
  const both = rollUpFigures('district', region('1'), [unknown, known]);
  expect(both.media[1]).toMatchObject({ medium: 'heat', total: 0, kgce: 0 });
  expect(both.totals).toMatchObject({ kgce: 0, co2Kg: 0 });
});

test('without area, headcount or data there is no indicator', () => {
  const months = [monthSum('electricity', '', 0, 10_000_000n)];
  const none = { kgcePerM2: null, kgcePerPerson: null, waterM3PerPerson: null };
  expect(institutionFigures(input({ months, areaM2: null, headcount: null })).totals).toMatchObject(none);
  expect(institutionFigures(input()).totals).toMatchObject(none);
});

test('an indicator of a roll-up divides only what belongs together', () => {
  const months = [monthSum('electricity', '', 0, 10_000_000n)];
  const known = institutionFigures(input({ months }));
  const unknown = institutionFigures(input({ months, areaM2: null }));
  const { totals } = rollUpFigures('district', region('1'), [known, unknown]);
  expect(totals.kgce).toBe(2.458);
  expect(totals.kgcePerM2).toBe(1.229 / 1000);
  expect(totals.kgcePerPerson).toBe(2.458 / 100);
});

test('a change is told from the months that are known in both years', () => {
  const months = [monthSum('water', '', 0, 3_000_000n), monthSum('water', '', 2, 4_000_000n)];
  const whole = [monthSum('water', '', 0, 2_000_000n), monthSum('water', '', 2, 3_000_000n)];
  const [full] = institutionFigures(input({ months, lastYear: whole })).media;
  expect(full).toMatchObject({ total: 7, lastYear: 5, comparable: 7, lastYearComparable: 5 });
  const [part] = institutionFigures(input({ months, lastYear: whole.slice(0, 1) })).media;
  expect(part).toMatchObject({ total: 7, lastYear: 2, comparable: 3, lastYearComparable: 2 });
  const [lack] = institutionFigures(input({ months: months.slice(1), lastYear: whole })).media;
  expect(lack).toMatchObject({ total: 4, lastYear: 5, comparable: 4, lastYearComparable: 3 });
  const [none] = institutionFigures(input({ months })).media;
  expect(none).toMatchObject({ total: 7, lastYear: null, comparable: null, lastYearComparable: null });
  const parts = [
    institutionFigures(input({ months, lastYear: whole })),
    institutionFigures(input({ months, lastYear: [] })),
  ];
  const [sum] = rollUpFigures('district', region('1'), parts).media;
  expect(sum).toMatchObject({ total: 14, lastYear: 5, comparable: 7, lastYearComparable: 5 });
});

test('a month that is known in part, or by fewer meters, in one of the years is not compared', () => {
  const before = [0, 2, 4].map((month) => monthSum('water', '', month, 3_000_000n));
  const [january, march, may] = [0, 2, 4].map((month) => monthSum('water', '', month, 2_000_000n));
  const half = { ...march!, measuredMs: march!.measuredMs / 2, missingMs: march!.measuredMs / 2 };
  const [part] = institutionFigures(input({ months: [january!, half, may!], lastYear: before })).media;
  expect(part).toMatchObject({ total: 6, comparable: 4, lastYearComparable: 6 });
  const second = [0, 2].map((month) => monthSum('water', 'A', month, 9_000_000n));
  const [fewer] = institutionFigures(
    input({ months: [january!, march!, may!], lastYear: [...before, ...second] }),
  ).media;
  expect(fewer).toMatchObject({ total: 6, comparable: 2, lastYearComparable: 3 });
});

test('how long meters should be known and are is added up by month; a medium that was never read is told', () => {
  const time = (knownMs: number) => ({
    expectedMs: Array<number>(12).fill(100),
    knownMs: Array<number>(12).fill(knownMs),
  });
  const of = (knownMs: number) => new Map([['heat' as const, time(knownMs)]]);
  const never = institutionFigures(input({ meteredTime: of(0) }));
  expect(never.media).toMatchObject([{ medium: 'heat', total: null, meteredTime: time(0) }]);
  const some = institutionFigures(input({ months: [monthSum('heat', '', 0, 1n)], meteredTime: of(60) }));
  expect(never.media[0]?.quality.missing).toBe(1);
  expect(some.media[0]?.meterMs.missing).toBe(monthSum('heat', '', 0, 1n).missingMs);
  const [heat] = rollUpFigures('district', region('1'), [never, some, institutionFigures(input())]).media;
  expect(heat?.meteredTime).toEqual({ expectedMs: Array(12).fill(200), knownMs: Array(12).fill(60) });
});

test('a roll-up holds against a quota only those that have one', () => {
  const months = [monthSum('heat', '', 0, 8_000_000n)];
  const limited = institutionFigures(input({ months, quotas: [{ medium: 'heat', annualLimit: 10 }] }));
  const [heat] = rollUpFigures('district', region('1'), [limited, institutionFigures(input({ months }))]).media;
  expect(heat).toMatchObject({ total: 16, quota: 10, quotaUsed: 8, quotaRatio: 0.8 });
});

test('the shares of a roll-up weigh by meter-time', () => {
  const one = (measuredMs: number, missingMs: number): ReportFigures =>
    institutionFigures(input({ months: [{ ...monthSum('gas', '', 0, 1n), measuredMs, estimatedMs: 0, missingMs }] }));
  const [gas] = rollUpFigures('district', region('1'), [one(100, 0), one(200, 100)]).media;
  expect(gas?.quality).toEqual({ measured: 0.75, estimated: 0, manual: 0, missing: 0.25 });
});

test('figures are what the API promises', () => {
  for (const figures of [sampleInstitution('a', '甲', 'school', 5000), sampleCity()]) {
    expect(reportFiguresSchema.parse(figures)).toEqual(figures);
  }
});

test('figures beyond any sum count as the largest instead of stopping the roll-up', () => {
  expect(toMicro(1e308)).toBe(toMicro(1e20));
  expect(toMicro(-1e308)).toBe(-toMicro(1e20));
  expect(toMicro(Number.POSITIVE_INFINITY)).toBe(toMicro(1e20));
  expect(toMicro(8_589_934_591.999999)).toBe(8_589_934_591_999_999n);
});
