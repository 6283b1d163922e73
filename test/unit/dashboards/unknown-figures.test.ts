import { expect, test } from 'vitest';

import { unknownLast } from '../../../dashboards/layout/unknown-last.ts';
import { standbyShare } from '../../../dashboards/pages/institution/standby-share.ts';
import type { StandbyDay } from '../../../services/api/schemas/institution.ts';

test.each([
  ['ascend', [1, 2, null, null]],
  ['descend', [2, 1, null, null]],
] as const)('a column with unknown figures sorted: %s', (order, want) => {
  // As the table does it: a descending order is the sorter's, turned round.
  const sign = order === 'descend' ? -1 : 1;
  const rows = [null, 2, null, 1].toSorted((a, b) => sign * unknownLast(a, b, order));
  expect(rows).toEqual(want);
});

const day = (workingKwh: number | null, offHoursKwh: number | null, missingHours: number): StandbyDay => ({
  date: '2026-05-15',
  workday: true,
  workingKwh,
  offHoursKwh,
  missingHours,
  offHoursMeanKw: null,
  limitKw: null,
});

test.each([
  ['whole days', [day(30, 10, 0), day(50, 10, 0)], { share: 0.2, left: 0 }],
  ['a day whose working hours are unknown is left out', [day(30, 10, 0), day(null, 90, 9)], { share: 0.25, left: 1 }],
  ['a rest day has no working hours', [day(30, 10, 0), day(null, 20, 0)], { share: 0.5, left: 0 }],
  ['nothing known', [day(null, null, 24)], { share: null, left: 1 }],
])('share of off-hours electricity: %s', (_name, days, want) => {
  expect(standbyShare(days)).toEqual(want);
});
