import { expect, test } from 'vitest';

import { standbyDays } from '../../../dashboards/charts/standby-days.ts';
import type { Format } from '../../../dashboards/i18n/use-format.ts';
import type { StandbyDay } from '../../../services/api/schemas/institution.ts';

const day = (offHoursMeanKw: number | null, limitKw: number | null): StandbyDay => ({
  date: '2026-05-15',
  workday: true,
  workingHours: [],
  workingKwh: null,
  offHoursKwh: null,
  missingHours: 0,
  offHoursMeanKw,
  limitKw,
});
const words = {
  date: '',
  dayKind: '',
  workday: '',
  restDay: '',
  mean: '',
  within: 'within',
  above: 'above',
  limit: 'limit',
  offHours: '',
  working: '',
};

test('a day stands in one column only, so that the legend says what its colour means', () => {
  const days = [day(40, 50), day(50, 50), day(60, 50), day(null, 50), day(60, null)];
  const series = standbyDays(days, words, {} as Format).option.series as { name: string; data: unknown[] }[];
  const dataOf = (name: string): unknown => series.find((one) => one.name === name)?.data;
  expect(dataOf('within')).toEqual([40, 50, null, null, 60]);
  expect(dataOf('above')).toEqual([null, null, 60, null, null]);
});
