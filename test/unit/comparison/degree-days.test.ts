import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { adjustDegreeDays } from '../../../services/comparison/adjust-degree-days.ts';
import { type DegreeDayUse, fitDegreeDays } from '../../../services/comparison/fit-degree-days.ts';
import { weatherKindOf } from '../../../services/comparison/weather-kind.ts';
import { degreeDaysOf } from '../../../services/weather/degree-days.ts';

/** Days with the given degree-days, and the use that a line through them has. */
const onLine = (degreeDays: readonly number[], slope: number, baseLoad: number): DegreeDayUse[] =>
  degreeDays.map((each, index) => ({ date: `d${index}`, degreeDays: each, micro: baseLoad + slope * each }));
const upTo = (days: number): number[] => Array.from({ length: days }, (_, index) => index % 20);

describe('degree-days of a day', () => {
  test.each([
    ['heating', -11.5, 29.5],
    ['heating', 18, 0],
    ['heating', 25, 0],
    ['cooling', 28.25, 2.25],
    ['cooling', 26, 0],
    ['cooling', -5, 0],
  ] as const)('%s at %d °C: %d', (kind, meanC, want) => {
    expect(degreeDaysOf(kind, meanC, { heatingC: 18, coolingC: 26 })).toBe(want);
  });

  test.each([
    ['heat', '', 'heating'],
    ['gas', '', 'heating'],
    ['cooling', '', 'cooling'],
    ['water', '', null],
    ['electricity', '', null],
    ['electricity', 'A', null],
    ['electricity', 'B', 'cooling'],
    ['electricity', 'B2E', 'cooling'],
    ['electricity', 'B1F', 'heating'],
    ['electricity', 'B1E', 'heating'],
  ] as const)('%s %s follows %s', (medium, subItem, want) => {
    expect(weatherKindOf(medium, subItem)).toBe(want);
  });
});

describe('the line through the days', () => {
  test('finds slope and base load again, and explains everything', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 60, maxLength: 400 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: -1e6, max: 1e9 }),
        (tenths, slope, baseLoad) => {
          fc.pre(tenths.filter((each) => each > 0).length >= 20 && new Set(tenths).size > 5);
          const found = fitDegreeDays(
            onLine(
              tenths.map((each) => each / 10),
              slope,
              baseLoad,
            ),
          );
          expect(found.ok).toBe(true);
          if (!found.ok) return;
          expect(found.fit.slope / slope).toBeCloseTo(1, 3);
          expect(Math.abs(found.fit.baseLoad - baseLoad)).toBeLessThan(1 + Math.abs(baseLoad) * 1e-6 + slope * 1e-3);
          expect(found.fit.days).toBe(tenths.length);
        },
      ),
    );
  });

  test('explains half of what a wave beside the line leaves', () => {
    // x alternates 0 and 2, y its half beside a wave of the same size that x does not explain.
    const days = Array.from({ length: 80 }, (_, index) => ({
      date: `d${index}`,
      degreeDays: index % 2 === 0 ? 0 : 2,
      micro: (index % 2 === 0 ? 0 : 2) + (index % 4 < 2 ? 1 : -1),
    }));
    const found = fitDegreeDays(days);
    expect(found).toEqual({ ok: true, fit: { slope: 1, baseLoad: 0, r2: 0.5, days: 80 } });
  });

  test.each([
    ['59 days', onLine(upTo(59), 5, 100), 'too-few-days'],
    ['nineteen days with degree-days', onLine([...Array<number>(60).fill(0), ...upTo(20)], 5, 100), 'too-few-days'],
    ['degree-days that are always the same', onLine(Array<number>(60).fill(12), 5, 100), 'too-few-days'],
    ['use that does not change', onLine(upTo(60), 0, 100), 'no-slope'],
    ['use that falls in the cold', onLine(upTo(60), -3, 100), 'no-slope'],
  ])('%s: none', (_name, days, reason) => {
    expect(fitDegreeDays(days)).toEqual({ ok: false, reason });
  });
});

describe('the baseline in the weather of the current period', () => {
  const year = onLine(upTo(60), 5, 100);

  test('regression: base load for the days more, slope for the degree-days more', () => {
    const adjusted = adjustDegreeDays(onLine([10, 10, 10], 4, 100), onLine([2, 4], 5, 110), year);
    // Then 230 in two days and 6 K·d; now three days and 30 K·d.
    expect(adjusted).toMatchObject({
      method: 'regression',
      whyNotRegression: null,
      currentMicro: 420,
      baselineMicro: 250,
    });
    expect(adjusted).toMatchObject({ currentDegreeDays: 30, baselineDegreeDays: 6 });
    expect(adjusted.adjustedMicro).toBeCloseTo(250 + 5 * 24 + 100, 6);
  });

  test('what follows the line exactly is neither a rise nor a fall', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 62 }),
        fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 62 }),
        (now, then) => {
          const current = onLine(now, 5, 100);
          const { adjustedMicro, currentMicro } = adjustDegreeDays(current, onLine(then, 5, 100), year);
          expect(adjustedMicro).toBeCloseTo(currentMicro, 4);
        },
      ),
    );
  });

  test.each([
    ['too few days: in proportion', onLine([10, 10], 4, 0), onLine([5], 5, 0), upTo(10), 'proportional', 100],
    ['in proportion to nothing', onLine([10], 4, 0), onLine([0], 5, 7), upTo(10), 'proportional', null],
    ['no day known now', [], onLine([5], 5, 0), upTo(60), 'regression', null],
    ['no day known then', onLine([5], 5, 0), [], upTo(60), 'regression', null],
    ['never below zero', onLine([0], 0, 0), onLine([19], 5, 0), upTo(60), 'regression', 0],
  ] as const)('%s', (_name, current, baseline, fitted, method, want) => {
    const { adjustedMicro, method: used } = adjustDegreeDays(current, baseline, onLine(fitted, 5, 0));
    expect(used).toBe(method);
    if (want === null) expect(adjustedMicro).toBeNull();
    else expect(adjustedMicro).toBeCloseTo(want, 6);
  });

  test('use that does not rise with degree-days: its mean per day', () => {
    const adjusted = adjustDegreeDays(onLine([1, 2, 3], 0, 9), onLine([30, 30], 0, 10), onLine(upTo(60), -1, 100));
    expect(adjusted).toMatchObject({ method: 'per-day', whyNotRegression: 'no-slope', adjustedMicro: 30 });
  });
});
