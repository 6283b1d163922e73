import { expect, test } from 'vitest';

import { dayLoad } from '../../../dashboards/pages/institution/day-load.ts';
import { totalByStart } from '../../../dashboards/pages/institution/total-by-start.ts';
import type { InstitutionUsageItem } from '../../../services/api/schemas/usage.ts';

const AFTER = Date.parse('2026-11-23T00:00:00+08:00');

function item(hour: number, subItem: string | null, value: number | null): InstitutionUsageItem {
  const at = (h: number): string => `2026-11-22T${String(h).padStart(2, '0')}:00:00+08:00`;
  const known = value === null ? 0 : 1;
  return {
    start: at(hour),
    end: at(hour + 1),
    medium: 'electricity',
    subItem,
    value,
    unit: 'kWh',
    quality: { measured: known, estimated: 0, manual: 0, missing: 1 - known },
  };
}

test('sub-items are added up', () =>
  expect([...totalByStart([item(8, 'A1', 2), item(8, 'B1', 3)], AFTER)]).toEqual([['2026-11-22T08:00:00', 5]]));

test.each([
  ['the missing one first', [item(8, 'A1', null), item(8, 'B1', 3)]],
  ['the missing one last', [item(8, 'B1', 3), item(8, 'A1', null)]],
])('an interval with a missing part is missing, not smaller: %s', (_, items) =>
  expect(totalByStart([...items, item(9, 'A1', 1), item(9, 'B1', 1)], AFTER)).toEqual(
    new Map([
      ['2026-11-22T08:00:00', null],
      ['2026-11-22T09:00:00', 2],
    ]),
  ),
);

test('a sub-item without any value takes no part', () =>
  expect([...totalByStart([item(8, 'A1', null), item(8, 'B1', 3)], AFTER).values()]).toEqual([3]));

test('an interval that still runs is left out', () =>
  expect(totalByStart([item(8, 'A1', 2)], Date.parse('2026-11-22T08:59:00+08:00')).size).toBe(0));

test('a day in quarter hours is drawn as a rate per hour, gaps as null', () => {
  const quarter = { ...item(8, 'A1', 2), end: '2026-11-22T08:15:00+08:00' };
  const load = dayLoad([quarter], '15m', AFTER);
  expect(load.labels).toHaveLength(96);
  expect(load.rates[load.labels.indexOf('08:00')]).toBe(8);
  expect(load.rates[load.labels.indexOf('08:15')]).toBeNull();
});
