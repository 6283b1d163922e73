import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { baselinePeriod } from '../../../services/comparison/baseline-period.ts';
import { dateOfDay, datesOf, dayNumber } from '../../../services/comparison/civil-day.ts';

type Row = [kind: 'last-period' | 'last-year', from: string, to: string, wantFrom: string, wantTo: string];

describe('the earlier period', () => {
  test.each<Row>([
    ['last-period', '2026-03-01', '2026-04-01', '2026-02-01', '2026-03-01'],
    ['last-period', '2026-01-01', '2026-02-01', '2025-12-01', '2026-01-01'],
    ['last-period', '2026-04-01', '2026-07-01', '2026-01-01', '2026-04-01'],
    ['last-period', '2026-01-01', '2027-01-01', '2025-01-01', '2026-01-01'],
    ['last-period', '2026-03-02', '2026-03-09', '2026-02-23', '2026-03-02'],
    ['last-period', '2026-03-01', '2026-03-31', '2026-01-30', '2026-03-01'],
    ['last-year', '2026-03-02', '2026-03-09', '2025-03-02', '2025-03-09'],
    ['last-year', '2024-02-01', '2024-03-01', '2023-02-01', '2023-03-01'],
    ['last-year', '2024-02-20', '2024-02-29', '2023-02-20', '2023-03-01'],
    ['last-year', '2024-02-29', '2024-03-05', '2023-03-01', '2023-03-05'],
    ['last-year', '2025-02-25', '2025-03-03', '2024-02-25', '2024-03-03'],
  ])('%s of %s to %s: %s to %s', (kind, from, to, wantFrom, wantTo) => {
    expect(baselinePeriod(kind, { from, to }).period).toEqual({ from: wantFrom, to: wantTo });
  });
});

describe('the counterpart of a day', () => {
  test.each([
    ['last-year', '2024-02-01', '2024-03-01', '2024-02-28', '2023-02-28'],
    ['last-year', '2024-02-01', '2024-03-01', '2024-02-29', undefined],
    ['last-period', '2026-03-01', '2026-04-01', '2026-03-28', '2026-02-28'],
    ['last-period', '2026-03-01', '2026-04-01', '2026-03-31', undefined],
    ['last-period', '2026-04-01', '2026-07-01', '2026-05-31', undefined],
    ['last-period', '2026-04-01', '2026-07-01', '2026-06-30', '2026-03-30'],
    ['last-period', '2026-03-02', '2026-03-09', '2026-03-02', '2026-02-23'],
  ] as const)('%s of %s to %s: %s is held against %s', (kind, from, to, date, want) => {
    expect(baselinePeriod(kind, { from, to }).counterpartOf(date)).toBe(want);
  });
});

test('no two days share a counterpart, and each lies within the earlier period, which does not overlap', () => {
  const day = fc.integer({ min: dayNumber('2015-01-01'), max: dayNumber('2030-12-31') });
  fc.assert(
    fc.property(
      fc.constantFrom('last-year', 'last-period'),
      day,
      fc.integer({ min: 1, max: 365 }),
      (kind, first, days) => {
        const current = { from: dateOfDay(first), to: dateOfDay(first + days) };
        const { period, counterpartOf } = baselinePeriod(kind, current);
        const counterparts = datesOf(current).flatMap((date) => counterpartOf(date) ?? []);
        expect(new Set(counterparts).size).toBe(counterparts.length);
        expect(counterparts.every((date) => period.from <= date && date < period.to)).toBe(true);
        expect(period.to <= current.from).toBe(true);
        // What has none: 29 February of either year, or the longer months' last days.
        const allowed = kind === 'last-year' ? 1 : 3 * Math.ceil(days / 28);
        expect(days - counterparts.length).toBeLessThanOrEqual(allowed);
      },
    ),
    { numRuns: 500 },
  );
});
