import { expect, test } from 'vitest';

import { byMonth, incompleteReason, periodsIn, pricedShare, sumYuan } from '../../../dashboards/pages/cost/cost-of.ts';

const month = (number: number): { start: string; end: string } => ({
  start: `2026-${String(number).padStart(2, '0')}-01T00:00:00+08:00`,
  end: `2026-${String(number + 1).padStart(2, '0')}-01T00:00:00+08:00`,
});
const NOW = Date.parse('2026-03-15T00:00:00+08:00');

test.each([
  [['0.1', '0.2'], '0.3'],
  [['12.34', null, '0.006'], '12.346'],
  [['-1.5', '0.25'], '-1.25'],
  [['99999999999999999.99', '0.01'], '100000000000000000.00'],
  [['7', '8'], '15'],
  [[null, null], null],
  [[], null],
])('yuan %j sum to %s', (amounts, want) => expect(sumYuan(amounts)).toBe(want));

test('months add up what is known of them; one without anything known is missing, not nothing', () => {
  const items = [
    { ...month(1), value: 1 },
    { ...month(1), value: 2 },
    { ...month(2), value: null },
    { ...month(3), value: 0 },
  ];
  expect(byMonth(items, ({ value }) => value).slice(0, 4)).toEqual([3, null, 0, null]);
});

test('a month that runs says nothing of what could not be priced', () => {
  const running = { ...month(3), reason: 'missing' as const, value: 3 };
  expect(incompleteReason([{ ...month(1), reason: null, value: 1 }, running], NOW)).toBeUndefined();
  expect(incompleteReason([{ ...month(2), reason: 'no-tariff', value: 2 }, running], NOW)).toBe('no-tariff');
  expect(incompleteReason([{ ...month(2), reason: 'not-bought', value: 2 }], NOW)).toBeUndefined();
});

test('what is priced is a share of the time that is over', () => {
  expect(pricedShare([{ ...month(3), coverage: 0.4 }], NOW)).toBeUndefined();
  const january = { ...month(1), coverage: 1 };
  expect(pricedShare([january, { ...month(3), coverage: 0.4 }], NOW)).toBe(1);
  expect(pricedShare([january, { ...month(2), coverage: 0 }], NOW)).toBeCloseTo(31 / 59, 12);
});

test('periods stand in the order of their price', () =>
  expect(
    periodsIn([
      { byPeriod: [{ period: 'valley', value: 1, cost: '1' }] },
      { byPeriod: null },
      { byPeriod: [{ period: 'sharp', value: 1, cost: '1' }] },
    ]),
  ).toEqual(['sharp', 'valley']));
