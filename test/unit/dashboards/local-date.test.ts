import { expect, test } from 'vitest';

import {
  addDays,
  addMonths,
  dayStart,
  localDateOf,
  wallTimeOf,
  yearElapsed,
} from '../../../dashboards/api-client/local-date.ts';

test.each([
  ['an instant with the offset of Shanghai', '2026-11-22T00:00:00+08:00', '2026-11-22'],
  ['the same evening in UTC is the next day there', '2026-11-21T16:00:00Z', '2026-11-22'],
  ['a second before midnight', '2026-11-22T23:59:59+08:00', '2026-11-22'],
  ['epoch milliseconds', Date.UTC(2025, 11, 31, 16), '2026-01-01'],
])('date: %s', (_, instant, want) => expect(localDateOf(instant)).toBe(want));

test('the wall clock does not depend on the offset an instant is written with', () =>
  expect(wallTimeOf('2026-11-22T05:30:00Z')).toBe(wallTimeOf('2026-11-22T13:30:00+08:00')));

test.each([
  ['2026-02-28', 1, '2026-03-01'],
  ['2028-02-28', 1, '2028-02-29'],
  ['2026-01-01', -1, '2025-12-31'],
])('%s and %i days is %s', (date, days, want) => expect(addDays(date, days)).toBe(want));

test.each([
  ['2026-11-22', -12, '2025-11-01'],
  ['2026-12-31', 1, '2027-01-01'],
])('%s and %i months begins %s', (date, months, want) => expect(addMonths(date, months)).toBe(want));

test('a day begins at midnight of Shanghai', () =>
  expect(new Date(dayStart('2026-11-22')).toISOString()).toBe('2026-11-21T16:00:00.000Z'));

test.each([
  ['2026-01-01', 1 / 365],
  ['2028-02-29', 60 / 366],
  ['2026-12-31', 1],
])('at the end of %s the share %d of the year is over', (date, want) =>
  expect(yearElapsed(date)).toBeCloseTo(want, 12),
);
